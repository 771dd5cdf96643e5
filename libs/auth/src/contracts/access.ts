/** Who may call a route or have a message handled. */
export interface Access {
  /** Anybody may, also without a token; `roles` and `permissions` are empty then. */
  readonly public: boolean;
  /** One of them is enough; empty asks for none. A principal with the role `*` has every role. */
  readonly roles: readonly string[];
  /** All of them are needed; empty asks for none. A principal with the role `*` has every permission. */
  readonly permissions: readonly string[];
}
