import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto';
import { SERVICE_NAMES, type ServiceName } from '@trading/database';

/** One password for each role of the system. */
export interface Credentials {
  readonly owner: string;
  readonly services: Readonly<Record<ServiceName, string>>;
  readonly prefect: string;
}

/** 192 random bits in characters that need no escaping in a URL, in SQL or in a shell. */
export function generatePassword(): string {
  return randomBytes(24).toString('base64url');
}

/** A fresh password for the owner, each service and Prefect. */
export function generateCredentials(): Credentials {
  return {
    owner: generatePassword(),
    services: mapServices(() => generatePassword()),
    prefect: generatePassword(),
  };
}

/** One value for each service, under its name. */
export function mapServices<T>(value: (service: ServiceName) => T): Record<ServiceName, T> {
  return Object.fromEntries(SERVICE_NAMES.map((service) => [service, value(service)])) as Record<
    ServiceName,
    T
  >;
}

/**
 * What PostgreSQL stores for a password (RFC 5803, SCRAM-SHA-256). Roles are given this and not the password, so the
 * password itself is in no server log, statement statistic or activity view.
 */
export function scramVerifier(password: string): string {
  const iterations = 4096;
  const salt = randomBytes(16);
  const salted = pbkdf2Sync(password.normalize('NFKC'), salt, iterations, 32, 'sha256');
  const hmac = (text: string) => createHmac('sha256', salted).update(text).digest();
  const storedKey = createHash('sha256').update(hmac('Client Key')).digest('base64');
  return `SCRAM-SHA-256$${iterations}:${salt.toString('base64')}$${storedKey}:${hmac('Server Key').toString('base64')}`;
}
