import { Client } from 'pg';

/**
 * A connection that gives its password to nobody who hasn't proved to know it.
 *
 * Whoever listens on a server's port while the server is down could ask for the password in the clear, and be obeyed, or let
 * everybody in and be taken for the server. So with a password, and without TLS that verifies the name, only
 * SCRAM-SHA-256 is accepted, in which the server proves itself too. libpq's `require_auth` in the URL (or beside it) names
 * other methods, separated by commas: `password`, `md5`, `none`, `scram-sha-256`.
 *
 * @throws Error with the code {@link SERVER_UNVERIFIED} from `connect()`; nothing secret was sent by then
 */
export declare class VerifiedClient extends Client {}

/** The code of the error with which a server is refused that didn't prove itself. */
export declare const SERVER_UNVERIFIED: 'ERR_SERVER_UNVERIFIED';
