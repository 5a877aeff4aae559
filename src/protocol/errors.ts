/** JSON-RPC error codes on the wire: JSON-RPC 2.0 §5.1 and the relay's own range. */
export const RpcCode = {
  parseError: -32700,
  invalidRequest: -32600,
  methodNotFound: -32601,
  invalidParams: -32602,
  internalError: -32603,
  authenticationExpired: -32001,
  subscriptionNotFound: -32002,
  /** The role or key may not call the method. */
  forbidden: -32003,
  /** A rate or subscription limit; `data.retryAfterMs` says when to come back. */
  limitReached: -32004,
} as const;
export type RpcCode = (typeof RpcCode)[keyof typeof RpcCode];

export type RpcErrorObject = { code: RpcCode; message: string; data?: Record<string, unknown> };

/** WebSocket close codes that the relay sends; RFC 6455 §7.4 and our 4000 range. */
export const CloseCode = {
  normal: 1000,
  goingAway: 1001,
  unsupportedData: 1003,
  invalidPayload: 1007,
  /** Heartbeat missed or, right after a −32001 error, the token has expired. */
  policyViolation: 1008,
  tooLarge: 1009,
  internalError: 1011,
  serviceRestart: 1012,
  tryAgainLater: 1013,
  signInRequired: 4401,
  forbidden: 4403,
  tooManyRequests: 4429,
} as const;
export type CloseCode = (typeof CloseCode)[keyof typeof CloseCode];

/** `error` of a REST answer; `<thing>_not_found` is composed with the thing's name. */
export type ApiErrorCode =
  | 'validation_error'
  | 'unauthorized'
  | 'forbidden'
  | `${string}_not_found`
  | 'invalid_status'
  | 'plan_changed'
  | 'precondition_changed'
  | 'already_decided'
  | 'approval_expired'
  | 'no_active_investigation'
  | 'no_pending_decision'
  | 'feedback_already_submitted'
  | 'idempotency_key_reused'
  | 'request_timeout'
  | 'payload_too_large'
  | 'unsupported_media_type'
  | 'rate_limit_exceeded'
  | 'upgrade_required'
  | 'request_timeout'
  | 'method_not_allowed'
  | 'internal_error'
  | 'service_unavailable';
