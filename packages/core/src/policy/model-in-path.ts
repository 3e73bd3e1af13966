/** The model that a path names, where it asks one for something: Gemini's `…/<model>:generateContent`, Bedrock's `/model/<model>/invoke`. Null when it names none. */
export function modelInPath(path: string): string | null {
  const found = /\/([^/:]+)(?::|%3a)\w*(?:generate|embed|predict|tokens)\w*\/?$|\/model\/([^/]+)\//i.exec(path);
  const model = found?.[1] ?? found?.[2];
  if (model === undefined) return null;
  try {
    return decodeURIComponent(model);
  } catch {
    return model;
  }
}
