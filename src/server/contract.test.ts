import { describe, expect, it } from 'vitest';
import { isDeclared } from './testing/declared-tests.ts';

/** A line for each row of the contract: what it says in short, the file of the test that proves it, its title. */
const PROOFS = `
# §1 Relay
Authorization: a valid token or key lets in, anything else is 401 | src/server/relay/upgrade.test.ts | answers 401 to %s
roles: admin or member, a list or a single one | src/server/auth/tokens.test.ts | says who it is, with a list of roles or a single one
X-Tenant-Id must be the token’s tenant, else 403 | src/server/relay/upgrade.test.ts | answers 403 where X-Tenant-Id is not the tenant of the token or key
a refused upgrade: 404 | src/server/relay/upgrade.test.ts | answers 404 at any other address
a refused upgrade: 426 | src/server/relay/upgrade.test.ts | answers 426 to a plain GET, and to an upgrade to something else
a refused upgrade: 429 | src/server/limits.test.ts | of one address that come too fast are refused with 429, whoever asks, and those of others are not
a refused upgrade: 503 | src/server/relay/limits.test.ts | there are none while the log cannot be written
HS256 or a key of the JWKS | src/server/auth/tokens.test.ts | is verified where it is signed with %s
alg none and other signatures are refused | src/server/auth/tokens.test.ts | is refused where it is signed by nobody, by somebody else, otherwise, or changed
a missing exp is refused | src/server/auth/tokens.test.ts | is refused with %s
an unknown aud or iss is refused | src/server/auth/tokens.test.ts | must have the issuer and the audience where they are configured
connected comes first | src/server/relay/upgrade.test.ts | lets %s in and says so first
investigation.subscribe | src/server/relay/subscriptions.test.ts | answers with its id and the position, and then brings the events
investigation.unsubscribe, by either id | src/server/relay/subscriptions.test.ts | ends by its id, by its incident, and for remediations by either method
unsubscribe of what is unknown: −32002 | src/server/relay/subscriptions.test.ts | that never was cannot end
remediation.subscribe | src/server/relay/subscriptions.test.ts | to remediations brings only what concerns plans
ping and pong | src/server/relay/json-rpc.test.ts | answers a ping with an id by a result and one without by the notification pong
progress, completed, proposed: their fields | src/server/relay/subscriptions.test.ts | brings the documented fields of a completed investigation and of a proposed plan
the documented client runs unchanged | src/server/relay/example-client.test.ts | the documented example client runs unchanged: subscribe, ping, progress, completed
the dashboard runs against the documented server | e2e/documented-relay.spec.ts | the dashboard works against a relay and API that know the documented contract only
subscribing twice is one subscription | src/server/relay/subscriptions.test.ts | is one however often it is asked for, also at once, and brings each event once
another tenant’s incident is as one that is not | src/server/relay/subscriptions.test.ts | to an incident of another tenant is answered like one to an incident that is not
heartbeat: 60 s without a call close 1008 | src/server/relay/clocks.test.ts | is closed with 1008 after a minute, and one that pings is not
an expired token: −32001, then 1008 | src/server/relay/clocks.test.ts | ends the connection with an error without id and then 1008
−32700 | src/server/relay/json-rpc.test.ts | answers %j with a parse error
−32600, with the id where it can be read | src/server/relay/json-rpc.test.ts | answers %s as an invalid request
−32601, also under rpc. | src/server/relay/json-rpc.test.ts | knows no method %j
−32602 with the failing paths | src/server/relay/json-rpc.test.ts | says which of the params %j fails
−32603 with nothing of the inside | src/server/relay/json-rpc.test.ts | tells nothing of its inside in an error
−32003 | src/server/relay/access.test.ts | lets keys publish what happened, people nothing, and nobody anything elsewhere
−32004: rate | src/server/limits.test.ts | calls that come too fast are refused with −32004 and the time to wait, and others of the tenant are not
−32004: subscriptions | src/server/limits.test.ts | a subscription too many is refused with −32004, and taken after another ended
batches: an empty one | src/server/relay/json-rpc.test.ts | refuses an empty batch with one error that is no array
batches of notifications only | src/server/relay/json-rpc.test.ts | does not answer a batch of notifications only
batches: 20 and 1,000 items | src/server/relay/json-rpc.test.ts | takes 20 items from a person and 1,000 from a key, and refuses a batch with more as a whole
ids: strings, safe integers, null | src/server/relay/json-rpc.test.ts | echoes the id %s as it is
ids are never rounded | src/server/relay/json-rpc.test.ts | refuses the id %s without rounding it
an id in flight | src/server/relay/json-rpc.test.ts | refuses a second request with an id that is still in flight, and takes it again afterwards
positional params | src/server/relay/json-rpc.test.ts | refuses positional params
notifications are never answered | src/server/relay/json-rpc.test.ts | never answers a notification, whatever is wrong with it
responses of a client are ignored | src/server/relay/json-rpc.test.ts | ignores what looks like a response
binary: 1003 | src/server/relay/frames.test.ts | closes with 1003 when it is binary
malformed UTF-8: 1007 | src/server/relay/frames.test.ts | closes with 1007 when it is no UTF-8
over the size: 1009 | src/server/relay/frames.test.ts | closes with 1009 when it is larger than %s may send, and is taken up to that
fragments are counted together | src/server/relay/frames.test.ts | counts fragments together
# §2 API
every answer is as /openapi.json says, refusals too | src/server/api/access.test.ts | does for %s what the contract says, and no more
401 {error, message} on every call | src/server/api/access.test.ts | answers 401 to %s, whether or not there is what it asks for
403 and 404 {error, message} on every call | src/server/api/access.test.ts | does for %s what the contract says, and no more
another tenant’s thing is as one that is not | src/server/api/access.test.ts | answers a member of another tenant, admin there, as if there were nothing
400: bodies | src/server/api/hostile-requests.test.ts | answers 400 to a body of %s, whether its length is known or not
400: queries | src/server/api/hostile-requests.test.ts | answers 400 to the query %s
413 | src/server/api/hostile-requests.test.ts | answers 413 to a body that is too large, sent or only announced
415 | src/server/api/hostile-requests.test.ts | answers 415 to a body of type %s
429 with X-RateLimit-* and Retry-After | src/server/http/operations.test.ts | counts them for each caller, says what is left, and refuses the fourth with when to come back
503 | src/server/http/readiness.test.ts | a server whose log cannot be written is not ready
limit: default 20, most 100 (200) | src/server/api/cursors.test.ts | of %s comes with 20 rows unless a limit from 1 to the most is asked for
an unknown cursor is 400 | src/server/api/cursors.test.ts | of %s is refused with 400 where no page ended at it
cursors are stable: incidents | src/server/api/cursors.test.ts | GET /v1/incidents in order %s has every row once
cursors are stable: rows that leave the list | src/server/api/cursors.test.ts | GET /v1/incidents goes on after a row that no longer matches what was asked for
cursors are stable: audit | src/server/api/cursors.test.ts | GET /v1/audit has every row once
cursors are stable: evidence | src/server/api/cursors.test.ts | GET /v1/triage/{incidentId}/evidence has every row once, and what was collected meanwhile
GET /v1/relay/status | src/server/api/incidents.test.ts | tells how the relay is
GET /v1/incidents | src/server/api/incidents.test.ts | can be had from the oldest on, by status and by severity
GET /v1/incidents/{incidentId}, POST /v1/incidents/chat | src/server/api/incidents.test.ts | answers 201 with an open incident of medium severity
POST /v1/incidents/chat: what it refuses | src/server/api/incidents.test.ts | refuses %j and names what is wrong
PATCH /v1/incidents/{incidentId} | src/server/api/incidents.test.ts | answers with the incident, and tells the tenant once
POST /v1/investigation/{incidentId} | src/server/api/incidents.test.ts | starts when it is asked for, and says whether anybody takes it up
GET /v1/investigation/{incidentId} | src/server/api/incidents.test.ts | has its results
DELETE /v1/investigation/{incidentId} | src/server/api/steering.test.ts | a running investigation is stopped once, and the agents hear it
… no_active_investigation | src/server/api/steering.test.ts | stopping is for admins, and there must be something to stop
POST …/context | src/server/api/steering.test.ts | what people know is told to the agents, and sends them off again if wished
POST …/known-solution | src/server/api/steering.test.ts | a known solution is decided on once
… pattern_not_found, no_pending_decision | src/server/api/steering.test.ts | where no known solution was found there is nothing to decide
POST /v1/investigation/…/feedback | src/server/api/steering.test.ts | everybody rates an investigation once
POST /v1/remediation/…/feedback | src/server/api/steering.test.ts | everybody rates a fix once
GET /v1/triage/{incidentId}/evidence | src/server/api/history.test.ts | has the evidence, by type and in pages
GET /v1/remediation/{id}, by either id | src/server/api/decisions.test.ts | shows the plan, by its own id and by its incident
approve, execute, invalid_status | src/server/api/decisions.test.ts | approves without executing, executes once, and says who did
reject | src/server/api/decisions.test.ts | rejects with a reason, and then nothing else goes
GET /v1/notifications/approvals/pending | src/server/api/decisions.test.ts | lists what waits, with all that is needed to decide
POST …/respond | src/server/api/decisions.test.ts | responds to an approval: approves and executes in one step, or rejects
… approval_not_found | src/server/api/decisions.test.ts | finds no plan that is not, or is another tenant’s
… already_decided | src/server/api/decisions.test.ts | responds to an approval: approves and executes in one step, or rejects
… approval_expired | src/server/api/decisions.test.ts | expires, and can be approved neither before the server says so nor after
GET /v1/notifications/stream, header or ?token= | src/server/api/notification-stream.test.ts | takes the token as a header or in the address, and tells what happens with an id and a type
SSE: the types of a plan | src/server/api/notification-stream.test.ts | tells a plan from its proposal to its decision, with what those who approve need
SSE: every documented type has its payload | src/server/api/notification-stream.test.ts | brings every documented payload of an investigation and of what was done
SSE: ping every 30 s | src/server/api/notification-stream.test.ts | a stream on which nothing happens has a ping every 30 seconds
SSE: Last-Event-ID | src/server/api/notification-stream.test.ts | replays after Last-Event-ID exactly what was missed, in order, and goes on live
GET /v1/audit | src/server/api/audit.test.ts | lists the newest first, with who, what and when
GET /v1/audit: filters | src/server/api/audit.test.ts | can be filtered
POST /v1/audit/verify | src/server/api/audit.test.ts | can be verified, entry by entry
GET /v1/analytics/incidents | src/server/api/steering.test.ts | count those of the period and of the tenant, and how fast they ended
# §3 Nothing lost
seq strictly increases, never reused | src/server/log/testing/conformance.ts | a stream holds what was appended, in order, with strictly increasing seqs
epoch changes with the log only | src/server/log/embedded-log.test.ts | the epoch stays when the log is opened again and changes when it was removed
without a position: live only | src/server/relay/resume.test.ts | without a position brings live events only
afterSeq | src/server/relay/resume.test.ts | after a seq brings every event that follows it
tail | src/server/relay/resume.test.ts | by a tail brings the last events, however many there are
reset | src/server/relay/resume.test.ts | in another epoch, or past the head, starts anew and says so
the result first | src/server/relay/resume.test.ts | answers with the result before the first event
no gap, no repeat | src/server/relay/resume.test.ts | while events are published leaves no gap and repeats nothing, whenever it happens
batch: at most 512 in a frame | src/server/relay/resume.test.ts | with batches sends arrays of at most 512, and without never an array
remediation.subscribe too | src/server/relay/resume.test.ts | of remediations brings the events of plans only
what was acknowledged survives kill -9 | src/server/log/process-crash.test.ts | every acknowledged event is in the log once, however often the process is killed
a reader that falls behind | src/server/relay/slow-reader.test.ts | of %s neither stops others nor fills the memory, and catches up from the log
slow_consumer, 1013 | src/server/relay/slow-reader.test.ts | is told so after 30 seconds and closed with 1013, and resumes from what it has
close codes: what the agent does | src/agent/connect.test.ts | stops and tells after close code %i
close codes: what the dashboard does | src/dashboard/relay/relay-client.test.ts | close code %i ends it and tells
1008 after −32001: a new token | src/dashboard/relay/relay-client.test.ts | a token that expired is renewed, and the connection made anew at once
notifications.subscribe | src/server/relay/subscriptions.test.ts | go on after the event that was the last to be seen, without a gap or a repeat
auth.refresh | src/server/relay/clocks.test.ts | can be replaced in time by a new one of the same person, and by no other
rpc.discover | src/server/relay/openrpc.test.ts | rpc.discover answers an OpenRPC document that lists every method and every notification
both documents are what they say | src/server/meta-schemas.test.ts | rpc.discover is OpenRPC by its official schema, and its schemas are JSON Schema 2020-12
presence.changed | src/server/relay/presence.test.ts | is told to all who do, as they come and go
further notifications: all their fields, eventId, seq, timestamp | src/server/relay/every-event.test.ts | of the method $method reaches subscribers with every field as it was sent
further notifications: reports on a plan | src/server/relay/every-event.test.ts | of the method $method, once people let the plan run, too
further notifications: a plan | src/server/relay/every-event.test.ts | of a plan has the documented fields and ours, and a digest of the relay
planDigest, plan_changed | src/server/api/decisions.test.ts | decides only on the plan that was shown
Idempotency-Key on every mutation, 422 | src/server/api/idempotent-changes.test.ts | %s has one effect and one answer, and is refused with another body
… after a failure | src/server/api/idempotent-changes.test.ts | %s has one effect, and its answer, where it was stored but not acknowledged
… at once | src/server/api/idempotent-changes.test.ts | %s has one effect where it is sent many times at once
approvalsRequired: 2, already_decided | src/server/api/decisions.test.ts | needs two different admins where the plan says so
history: afterSeq, beforeSeq | src/server/api/history.test.ts | can be read from either side of a seq
history: around a place | src/server/api/snapshot.test.ts | comes around a place, with how many events lie before it
history: agent, kind, type | src/server/api/history.test.ts | can be read by agent, kind and type
history: q | src/server/api/history.test.ts | can be searched for what was said, in any case and any depth, not for names of fields
snapshot: the state after a seq, so many events, or by a time | src/server/api/snapshot.test.ts | is the state as the events up to there amount to, wherever that is
export as JSONL | src/server/api/records.test.ts | is a file of one line for each event, from the incident to a digest over all
export as Markdown | src/server/api/records.test.ts | is a postmortem draft as Markdown
import | src/server/api/records.test.ts | comes back as a finished incident with every event as it was
# §4 Agents
a request is answered {eventId, seq} when durable | src/server/relay/agents.test.ts | is answered with the eventId and seq of what it publishes, which is in the log by then
notifications and batches | src/server/relay/agents.test.ts | publishes by notifications and by batches, in the order in which it sends
an eventId twice is stored once | src/server/relay/agents.test.ts | gets the first answer again for an eventId that it repeats, at once or later
agents hear decisions | src/server/relay/agents.test.ts | reports on a plan that was approved, and hears that it was
dispatch.subscribe | src/server/relay/agents.test.ts | hears of investigations to take up, those from before it came first, until they are over
people may publish nothing | src/server/relay/agents.test.ts | is the only one who publishes
a key may approve nothing | src/server/relay/agents.test.ts | cannot decide, nor report on a plan that nobody approved
a key may not say what people decide: −32003 | src/server/relay/every-event.test.ts | is not %s: that is for people, and a key is refused with −32003
# §5 The proxy
GET /relay?token=<ticket> | src/server/proxy/entrance.test.ts | is a ticket, with which the relay answers as it does to anybody
GET /relay?token=<JWT> | src/server/proxy/entrance.test.ts | is a JWT too
POST /auth/ticket needs a session | src/server/proxy/entrance.test.ts | needs a session for a ticket
one use | src/server/proxy/entrance.test.ts | opens once for each ticket, also when it is used many times at once
30 s | src/server/proxy/entrance.test.ts | is good for 30 seconds
bound to the session | src/server/proxy/entrance.test.ts | closes with the session: tickets of it die when somebody signs out
128 random bits at least | src/server/proxy/entrance.test.ts | is a ticket, with which the relay answers as it does to anybody
stored hashed | src/server/auth/secrets.test.ts | is in no line that the server writes, no answer, no metric and no file
unknown, expired and used answer alike | src/server/proxy/entrance.test.ts | opens once for each ticket, also when it is used many times at once
Origin | src/server/proxy/entrance.test.ts | is shut to %s, before the token is looked at
ALLOWED_ORIGINS | src/server/proxy/entrance.test.ts | is open to origins that are allowed, and to our own by any of its names
Authorization and X-Tenant-Id upstream | src/server/proxy/upstream.test.ts | the relay gets the token and the tenant, and neither the cookie nor the ticket
frames unchanged, in order | src/server/proxy/upstream.test.ts | frames pass unchanged and in order in both directions
close codes and reasons | src/server/proxy/upstream.test.ts | the close code %i and its reason pass both ways
an abnormal close is 1012 | src/server/proxy/upstream.test.ts | a relay that breaks off, or speaks nonsense, is 1012 to the browser
the slower side slows the faster | src/server/proxy/upstream.test.ts | a browser that does not read slows the relay down, and then gets everything
no token is written | src/server/proxy/entrance.test.ts | leaves no token, ticket or cookie in what the server writes, whatever is done with them
/v1/*: who calls, for every call | src/server/proxy/access.test.ts | gets there as %s who makes it, by token or by session, and as nobody else
/v1/*: nothing else passes, either way | src/server/proxy/hostile-calls.test.ts | brings the API what it needs to know, and nothing else of what a caller may say
/v1/* in the same way | src/server/proxy/upstream.test.ts | the API gets every call with the token of the session, and answers as it likes
a documented upstream: SSE is bridged | src/server/proxy/notifications.test.ts | it is answered here, and the API’s stream comes as notifications
# §6 Configuration
every variable: one line, name, what, example | src/server/start-errors.test.ts | a bad value stops the process with one line that names it, what is wrong and an example
the demo on loopback only | src/server/config.test.ts | stops at the demo where others could reach it
DEMO=0: no lab, no incidents | src/server/auth/sign-in.test.ts | without the demo shows no lab and no incident that nobody opened
empty is absent | src/server/config.test.ts | takes empty variables for absent ones
every limit has a variable | src/server/limits.test.ts | %s is set by its variable, and a bad value stops the start
LOG_LEVEL: JSON lines | src/server/http/log-lines.test.ts | is JSON, a line for each answer, with the id of the request that was given or made, which goes back
`;

const sections = PROOFS.trim()
  .split(/^# /m)
  .slice(1)
  .map((section) => {
    const [name = '', ...lines] = section.trim().split('\n');
    return [name, lines.map((line) => line.split(' | '))] as const;
  });

describe.each(sections)('the contract, %s', (_, proofs) => {
  it.each(proofs)('%s', (_says, file = '', title = '') => {
    expect(title).toMatch(/\S/);
    expect(isDeclared(file, title), `${file} has no test “${title}”`).toBe(true);
  });
});
