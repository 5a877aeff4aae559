import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { FileText, FileUp, ShieldAlert, ShieldCheck } from 'lucide-react';
import { useCallback, useEffect, useMemo, useState } from 'react';
import { eventsOf } from '../../../incident/chronicle.ts';
import { postmortem } from '../../../incident/postmortem.ts';
import { sessionKey } from '../../api/session.ts';
import { DecisionRecordView } from '../../decision-record/decision-record-view.tsx';
import { type ReadDecisionRecord, readDecisionRecord } from '../../decision-record/read-decision-record.ts';
import { Header } from '../../investigation/header.tsx';
import { saveText } from '../../lib/save-text.ts';
import { useTitle } from '../../lib/use-title.ts';
import { type Example, listExamples } from '../../recording/examples.ts';
import { OpenRecording } from '../../recording/open-recording.tsx';
import { type Integrity, type Recording, readRecording } from '../../recording/read-recording.ts';
import { readText } from '../../recording/read-text.ts';
import { storeOf } from '../../recording/recording-store.ts';
import { OfflineRelay } from '../../relay/offline-relay.tsx';
import { Remediation } from '../../remediation/remediation.tsx';
import { GivenFeedback } from '../../steering/feedback.tsx';
import { ClosingProvider } from '../../store/closing-provider.tsx';
import { Badge, type Tone } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { IncidentView, PANEL } from '../incident-view.tsx';
import { sourceOf } from './recording-source.ts';

const integrities: Record<Integrity, { tone: Tone; text: string }> = {
  verified: { tone: 'good', text: 'Digest verified' },
  changed: { tone: 'bad', text: 'Changed since it was written' },
  unfinished: { tone: 'warn', text: 'Cut: its end is missing' },
  unchecked: { tone: 'neutral', text: 'Digest not checked' },
};

type ShownProps = { recording: Recording; onOther: () => void };

const Shown = ({ recording, onOther }: ShownProps) => {
  const { head, integrity, unreadable } = recording;
  const store = useMemo(() => storeOf(recording), [recording]);
  // Nobody is signed in, and nothing here may ask a server who is.
  const [queries] = useState(() => {
    const client = new QueryClient({
      defaultOptions: { queries: { staleTime: Number.POSITIVE_INFINITY, retry: false } },
    });
    client.setQueryData(sessionKey, { mode: 'token', lab: false, user: null }, { updatedAt: Number.MAX_SAFE_INTEGER });
    return client;
  });
  useTitle(`${head.title} (recording)`);
  // A file of this machine has no address that leads anybody to it.
  const linkOf = useCallback((eventId: string) => {
    if (sourceOf(location.search) === null) return null;
    const url = new URL(location.href);
    url.searchParams.set('event', eventId);
    return url.href;
  }, []);
  const name = head.incidentId.replaceAll(/[^\w.-]/g, '_');
  const save = (): void => {
    const chronicle = store.feed(head.incidentId)?.chronicle;
    if (chronicle === undefined) return;
    const { investigation } = chronicle;
    saveText(`${name}.md`, 'text/markdown', postmortem(head, { events: eventsOf(chronicle), investigation }));
  };
  const look = integrities[integrity];
  return (
    <QueryClientProvider client={queries}>
      <OfflineRelay store={store}>
        <main className="flex h-dvh flex-col bg-canvas">
          <ClosingProvider incident={head}>
            <IncidentView
              incidentId={head.incidentId}
              description={head.description ?? ''}
              recording
              linkOf={linkOf}
              header={
                <Header
                  incidentId={head.incidentId}
                  incident={{
                    ...head,
                    assignedAgents: [],
                    rootCause: null,
                    recommendedActions: [],
                    updatedAt: head.createdAt,
                  }}
                  pending={false}
                  link={sourceOf(location.search) === null ? undefined : () => location.href}
                  userId={undefined}
                  actions={
                    <>
                      <Badge tone={look.tone} icon={integrity === 'verified' ? <ShieldCheck /> : <ShieldAlert />}>
                        {look.text}
                      </Badge>
                      {unreadable > 0 && (
                        <Badge tone="warn">
                          {unreadable === 1 ? '1 line unreadable' : `${unreadable} lines unreadable`}
                        </Badge>
                      )}
                      <Button size="sm" icon={<FileText />} onClick={save}>
                        Postmortem
                      </Button>
                      <Button size="sm" icon={<FileUp />} onClick={onOther}>
                        Another file
                      </Button>
                    </>
                  }
                />
              }
              empty={<EmptyState className="flex-1" title="Nothing happened in this recording" />}
              above={null}
              below={<GivenFeedback incidentId={head.incidentId} className={PANEL} />}
              plan={(renderEvidence) => (
                <Remediation
                  incidentId={head.incidentId}
                  renderEvidence={renderEvidence}
                  connected={false}
                  initiallyOpen={false}
                  className="min-h-0"
                />
              )}
            />
          </ClosingProvider>
        </main>
      </OfflineRelay>
    </QueryClientProvider>
  );
};

type State = {
  recording: Recording | null;
  decisions?: ReadDecisionRecord | undefined;
  problem: string | null;
  busy: boolean;
};

/** An incident from a file, or from `?src=` of the same origin: the live view without a server, to look at only. */
export const RecordingPage = () => {
  const navigate = useNavigate();
  const source = sourceOf(location.search);
  const [state, setState] = useState<State>({ recording: null, problem: null, busy: source !== null });
  const [examples, setExamples] = useState<readonly Example[]>([]);
  useTitle('Recording');

  const show = useCallback(async (text: Promise<string>) => {
    setState((before) => ({ ...before, problem: null, busy: true }));
    try {
      const content = await text;
      const decisions = await readDecisionRecord(content);
      if (decisions !== undefined) return setState({ recording: null, decisions, problem: null, busy: false });
      const read = await readRecording(content);
      setState(
        read.ok
          ? { recording: read.recording, problem: null, busy: false }
          : { recording: null, problem: read.reason, busy: false },
      );
    } catch (error) {
      const reason = error instanceof Error ? error.message : 'The file could not be read.';
      setState({ recording: null, problem: reason, busy: false });
    }
  }, []);

  useEffect(() => {
    if (source === null) return;
    const load = async (): Promise<string> => {
      const response = await fetch(source, { credentials: 'same-origin' });
      if (!response.ok) throw new Error(`${source} could not be loaded: the server answered ${response.status}.`);
      return await readText(await response.blob());
    };
    void show(load());
  }, [source, show]);

  useEffect(() => {
    const leaving = new AbortController();
    void listExamples(leaving.signal).then((found) => {
      if (!leaving.signal.aborted) setExamples(found);
    });
    return () => leaving.abort();
  }, []);

  /** The address is of what was shown before. */
  const leaveAddress = (): void => void navigate({ to: '/recording', search: {}, replace: true });
  const open = (file: File): void => {
    if (source !== null) leaveAddress();
    void show(readText(file));
  };
  const onOther = (): void => {
    leaveAddress();
    setState({ recording: null, problem: null, busy: false });
  };
  if (state.decisions !== undefined) return <DecisionRecordView read={state.decisions} onOther={onOther} />;
  if (state.recording !== null)
    return <Shown key={state.recording.head.incidentId} recording={state.recording} onOther={onOther} />;
  return <OpenRecording problem={state.problem} busy={state.busy} examples={examples} onFile={open} />;
};
