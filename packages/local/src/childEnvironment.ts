/**
 * What every program needs from the environment: where programs and home folders are, language, temporary files, and
 * Windows' own.
 */
const BASE =
  /^(PATH|HOME|USER|LOGNAME|SHELL|TERM|COLORTERM|NO_COLOR|FORCE_COLOR|CI|LANG|LANGUAGE|LC_.*|TZ|TMP|TEMP|TMPDIR|XDG_.*|SYSTEMROOT|SYSTEMDRIVE|WINDIR|COMSPEC|PATHEXT|APPDATA|LOCALAPPDATA|PROGRAMDATA|PROGRAMFILES.*|USERPROFILE|HOMEDRIVE|HOMEPATH|USERNAME|NUMBER_OF_PROCESSORS|PROCESSOR_.*)$/i;

/** What a program needs besides that reaches other machines: proxies, and the certificates to believe. */
export const NETWORK =
  /^(https?_proxy|all_proxy|no_proxy|SSL_CERT_FILE|SSL_CERT_DIR|REQUESTS_CA_BUNDLE|CURL_CA_BUNDLE|NODE_EXTRA_CA_CERTS)$/i;

/**
 * The environment of a program that isn't ours: those variables of `env` that it needs and no other. Keys of brokers and
 * data providers, passwords and whatever else lies there are not for it: they would be readable in its process, its crash
 * dumps and its own children.
 *
 * @param more  names that this program is to have besides
 */
export function childEnvironment(env: NodeJS.ProcessEnv, ...more: readonly RegExp[]): NodeJS.ProcessEnv {
  const wanted = [BASE, ...more];
  return Object.fromEntries(
    Object.entries(env).filter(([name]) => wanted.some((pattern) => pattern.test(name))),
  );
}
