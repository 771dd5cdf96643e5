export { CONSISTENCY_HEADER, type ConsistencyMark } from './consistency/consistency-mark.js';
export { ConsistencyTokenInvalidError, NotYetConsistentError } from './consistency/consistency.errors.js';
export {
  consistencyMarks,
  consistencyToken,
  joinConsistencyTokens,
  parseConsistencyToken,
  requireConsistency,
} from './consistency/consistency-token.js';
export { noteStoredVersion, storedToken, type StoredVersion } from './consistency/stored-versions.js';
export { backoff } from './clock/backoff.js';
export { InterruptiblePause } from './clock/interruptible-pause.js';
export { joinSignals, type JoinedSignals } from './clock/join-signals.js';
export { RepeatedWork, type RepeatedWorkParts } from './clock/repeated-work.js';
export { stayAwake } from './clock/stay-awake.js';
export { SystemClock } from './clock/system-clock.js';
export { waitFor } from './clock/wait-for.js';
export { isWellFormed } from './codec/is-well-formed.js';
export { copyJson, copyJsonObject, DEFAULT_PAYLOAD_LIMITS, type PayloadLimits } from './codec/json-copy.js';
export { decodeMessage, encodeMessage, type CodecOptions } from './codec/message-codec.js';
export { parseJson } from './codec/parse-json.js';
export { formatPath } from './codec/payload-path.js';
export { PayloadRefusedError, type PayloadFault, type PayloadIssue, type PayloadRefusal } from './codec/payload.errors.js';
export { NotInRequestError } from './context/context.errors.js';
export { isPublic, Public } from './access/public.decorator.js';
export { hasRequiredAccess, requireAccess, requiredAccessOf, type RequiredAccess } from './access/required-access.js';
export type { RouteDecorator } from './access/route-decorator.js';
export { isUnlisted, Unlisted } from './access/unlisted.decorator.js';
export { addressKey } from './addresses/address-key.js';
export { BoundedCache } from './cache/bounded-cache.js';
export { currentContext, identify, runInContext, runInRequestContext, type MinosContext } from './context/minos-context.js';
export type { Clock } from './contracts/clock.js';
export type { CrashPoints } from './contracts/crash-points.js';
export type { HealthProbeKind, HealthProbeMetadata, HealthProbeResult } from './contracts/health-probe.js';
export {
  REMEMBER_ANSWER,
  type IdempotencyScope,
  type IdempotencyStore,
  type RememberAnswer,
  type RememberedAnswer,
  type StoredAnswer,
} from './contracts/idempotency-store.js';
export type { MetricDefinition, MetricSample } from './contracts/metric-source.js';
export type { IdGenerator } from './contracts/ids.js';
export type { JsonObject, JsonValue } from './contracts/json.js';
export type { Lease, Leases } from './contracts/leases.js';
export type { PersonalDataCipher, PersonalField } from './contracts/personal-data-cipher.js';
export type {
  MessageProofs,
  MessageSeal,
  MessageSigner,
  MessageVerifier,
  Principal,
  SealedMessage,
  TokenVerifier,
} from './contracts/principal.js';
export type { CommitRequest, PinnedTransaction, UnitCommitter } from './contracts/unit-committer.js';
export type { Change, EnlistedChange, Unit, UnitOfWork, UnitOptions, UnitState } from './contracts/unit-of-work.js';
export { framed } from './codec/framed.js';
export { checkedClaims, frozenPrincipal, MOST_CLAIM_BYTES, readClaims, writeClaims } from './principal/claims.js';
export { DuplicateCommonError } from './copy/copy.errors.js';
export { assertSingleCopy } from './copy/single-copy.js';
export { BootRow, bootRowLabelOf } from './boot/boot-row.decorator.js';
export { NO_CRASH_POINTS } from './crash-points/no-crash-points.js';
export { createEnvelope, checkEnvelope, type Envelope, type EnvelopeAttributes, type EnvelopeInit } from './envelope/envelope.js';
export { fromHeaders, toHeaders, type IncomingHeaders } from './envelope/envelope-headers.js';
export { EnvelopeInvalidError } from './envelope/envelope.errors.js';
export { EventStreamReader, type StreamEvent } from './event-stream/event-stream-reader.js';
export { isMinosError, MinosError, type MinosErrorOptions } from './errors/minos-error.js';
export { PrincipalRefusedError } from './errors/principal.errors.js';
export { HealthProbe, healthProbeMetadataOf } from './health/health-probe.decorator.js';
export { IdempotencyKeyTakenError } from './idempotency/idempotency.errors.js';
export { IDEMPOTENCY_RETENTION_MS, MemoryIdempotencyStore } from './idempotency/memory-idempotency-store.js';
export { keyHash } from './ids/key-hash.js';
export { isUuid, uuidv7, UuidV7Generator } from './ids/uuid-v7.js';
export { LEASE_FENCE, leaseFence } from './leases/lease-fence.js';
export type { LeaseFence } from './leases/lease-fence.js';
export { LeaseKeeper } from './leases/lease-keeper.js';
export { LeaseLostError } from './leases/leases.errors.js';
export { MemoryLeases } from './leases/memory-leases.js';
export { Command, type CommandConstructor, type CommandResult, type RejectionCode } from './messages/command.js';
export { Event, type EventConstructor } from './messages/event.js';
export type { CommandOptions, EventOptions, KeyFunction, MessageDecorator, QueryOptions } from './messages/message-decorator.js';
export {
  messageMetadataOf,
  type MessageClass,
  type MessageKind,
  type MessageMetadata,
  type PersonalProperty,
} from './messages/message-metadata.js';
export { MessageRegistry } from './messages/message-registry.js';
export { MessageNameUnknownError, MessageUnknownError, MessageUnnamedError } from './messages/message.errors.js';
export { Personal } from './messages/personal.decorator.js';
export { Query, type QueryConstructor, type QueryResult } from './messages/query.js';
export { isRejection, Rejection } from './messages/rejection.js';
export { defineMetadata, ownMetadata } from './metadata/class-metadata.js';
export { DurableNames, type NameClaim, type NameKind, type RecordedNames } from './names/durable-names.js';
export { isMetricSource, MetricSource } from './metrics/metric-source.decorator.js';
export { checkNames, writeNames, type NamesDifference } from './names/names-file.js';
export { NameClashError, NameInvalidError, NamesLostError, NamesNotRecordedError } from './names/names.errors.js';
export { durationOf, parseDuration, type Duration } from './options/duration.js';
export { option, OptionField, type NumberBounds, type OptionOutcome } from './options/option-field.js';
export { optionGroup } from './options/option-group.js';
export { OptionsInvalidError, type OptionFault } from './options/options.errors.js';
export { validateOptions, type OptionFields, type ResolvedOptions } from './options/validate-options.js';
export {
  CLOCK,
  CRASH_POINTS,
  IDEMPOTENCY_STORE,
  LEASES,
  MESSAGE_PROOFS,
  MESSAGE_REGISTRY,
  SERVICE_NAME,
  TOKEN_VERIFIER,
  UNIT_COMMITTER,
  UNIT_OF_WORK,
} from './tokens.js';
export { FailedUnits } from './unit-of-work/failed-units.js';
export type { AppliedChange, MemoryChangeWriter } from './unit-of-work/memory-change-writer.js';
export { MemoryCommitter } from './unit-of-work/memory-committer.js';
export { UnitOfWorkEngine, type UnitOfWorkEngineOptions } from './unit-of-work/unit-of-work-engine.js';
export {
  ConcurrencyConflictError,
  DependencyFailedError,
  OutcomeUnknownError,
  OverloadedError,
  UnitEndedError,
  StoreHeldError,
  UnitOfWorkClosedError,
  UnknownChangeError,
} from './unit-of-work/unit-of-work.errors.js';
