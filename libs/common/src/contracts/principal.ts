/**
 * On whose authority something happens: a verified claim set. It has no expiry, because it states the authority at the time
 * of the act.
 */
export interface Principal {
  /** Who acts: a user's or a service's id. */
  readonly subject: string;
  readonly roles: readonly string[];
  /** What it may do besides, such as `orders.refund`: mostly what its roles stand for. @default none */
  readonly permissions?: readonly string[];
  /** Empty where there are no tenants. */
  readonly tenant: string;
  /** When the act was authorised, ISO-8601. */
  readonly actedAt: string;
  /** Empty where a service states it of itself, for all that it does on its own. */
  readonly correlationId: string;
  /** The service that first stated this; it goes on with what follows from the act. */
  readonly issuer: string;
  /** The services it is meant for; `*` is any. */
  readonly audience: readonly string[];
  /** The login that it comes from, by its id, so that this one alone can be ended. Stays with the request: messages do not carry it. @default none */
  readonly session?: string;
}

/** What binds a signed claim set to one message. */
export interface MessageSeal {
  /** The claim set as its signer wrote it; the same text for all messages of one correlation and publisher. */
  readonly principal: string;
  /** A keyed MAC over message id, producer, `principal` and the content. */
  readonly mac: string;
}

/** The message that a seal belongs to. */
export interface SealedMessage {
  readonly messageId: string;
  /** Name of the publishing service. */
  readonly producer: string;
  /** What else the seal binds: whatever the receiver will read of the message, the same on both sides. @default nothing */
  readonly content?: { readonly texts: readonly string[]; readonly body: Uint8Array };
}

/**
 * The publishing side of trust between services. Signing a claim set may be slow and is cached per correlation; sealing is a MAC
 * and happens once per message. Concurrent calls are allowed.
 */
export interface MessageSigner {
  /** Rejects or throws only where the key cannot be had; then nothing may be published. Answers at once where it has what it needs. */
  seal(message: SealedMessage, principal: Principal): MessageSeal | Promise<MessageSeal>;
}

/**
 * The receiving side for messages. What it answers may be kept and shared, so it is frozen. Answers at once where it has what it needs.
 *
 * Rejections, also as throws: `PRINCIPAL_REFUSED` (forged, wrong audience; retrying is useless); any other error means that the keys could not be had and the same
 * call may succeed later.
 */
export interface MessageVerifier {
  /** The MAC must tie the claim set to this message and producer. */
  verifyMessage(message: SealedMessage, seal: MessageSeal): Principal | Promise<Principal>;
  /** Only the claim set, which the producer must have signed: for a message that was verified before and changed by an operator since. */
  verifyClaims(producer: string, principal: string): Principal | Promise<Principal>;
}

/** Both sides of trust between services, from one hand: whoever manages the keys of both, such as an auth service. */
export interface MessageProofs {
  readonly signer: MessageSigner;
  readonly verifier: MessageVerifier;
}

/**
 * The receiving side for requests. A token that was seen before is answered at once and without I/O; what it answers may be kept and shared, so it is frozen.
 * Concurrent calls are allowed.
 *
 * Rejections, also as throws: `PRINCIPAL_REFUSED` (forged, wrong audience, expired, taken back; retrying is useless); any other error means that the keys could not
 * be had and the same call may succeed later.
 */
export interface TokenVerifier {
  /** Of a token that came over HTTP, without the scheme in front of it. */
  verifyToken(token: string): Principal | Promise<Principal>;
  /**
   * Whether the caller was logged out or disabled since: asked of what a token stood for, again and again while something runs on its behalf, also when the time of the token is over. Answers at once, without
   * I/O, and does not throw. @default not known; tokens end by their time alone
   */
  isTakenBack?(principal: Principal): boolean;
}
