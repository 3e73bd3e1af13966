export interface Question {
  /** Base URL of OpenAI's API; ours, so that the call is recorded. */
  baseUrl: string;
  apiKey: string;
  user: string;
  question: string;
}

/** Asks without any SDK. `text` is the answer where `status` is 200, else what went wrong. */
export async function askModel({
  baseUrl,
  apiKey,
  user,
  question,
}: Question): Promise<{ status: number; text: string }> {
  const response = await fetch(`${baseUrl}/chat/completions`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      authorization: `Bearer ${apiKey}`,
      'Helicone-User-Id': encodeURIComponent(user), // headers hold no other letters
      'Helicone-Property-Feature': 'ask',
    },
    body: JSON.stringify({ model: 'gpt-4o-mini', messages: [{ role: 'user', content: question }] }),
  });
  const answer = (await response.json()) as {
    choices?: { message: { content: string | null } }[];
    error?: { message: string };
  };
  const text = answer.choices?.[0]?.message.content ?? answer.error?.message ?? 'no answer';
  return { status: response.status, text };
}
