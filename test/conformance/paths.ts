/** Paths and queries behind a provider that must reach it as they are. */
export const PATHS = [
  ['/v1/models?limit=20&after=a%20b&x=%C3%A9&empty=&flag&x=2', 'a query'],
  ['/v1/models?url=https://a.example/?q=1&b=[]{}|', 'a query with reserved characters'],
  ['/v1/files/a%2Fb%20c%3F%23/%E2%82%AC', 'percent-encoded characters'],
  ['/v1//double///slashes/', 'several slashes'],
  ['/v1/a:b@c;d=e,f/~x/$metadata', 'characters that need no encoding'],
  ['/v1/.hidden/a..b/...', 'dots that are no dot segment'],
  ['', 'nothing behind the provider'],
] as const;
