import { Inbox, Pencil, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { PlainText } from '../lib/plain-text-block.tsx';
import { Button } from '../ui/button.tsx';
import { CodeBlock } from '../ui/code-block.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { ErrorState } from '../ui/error-state.tsx';
import { Input } from '../ui/input.tsx';
import { Menu, MenuChoice, MenuItem, MenuSeparator } from '../ui/menu.tsx';
import { Popover } from '../ui/popover.tsx';
import { SectionBoundary } from '../ui/section-boundary.tsx';
import { SkeletonRows } from '../ui/skeleton.tsx';
import { toast } from '../ui/toast.ts';
import { Tooltip } from '../ui/tooltip.tsx';
import { Row, Specimen } from './specimen.tsx';

const HOSTILE = `<img src=x onerror=alert(1)> \u202Egpj.exe \u0000 ${'unbroken'.repeat(30)} مرحبا بالعالم`;
const dialogs = ['sm', 'md', 'lg'] as const;

const Crash = (): never => {
  throw new Error('This specimen always fails.');
};

const Overlays = () => {
  const [open, setOpen] = useState<(typeof dialogs)[number]>();
  const [order, setOrder] = useState<'newest' | 'oldest'>('newest');
  return (
    <Specimen title="Overlays">
      <Row name="Dialog">
        {dialogs.map((size) => (
          <Button key={size} onClick={() => setOpen(size)}>
            Dialog {size}
          </Button>
        ))}
        {open !== undefined && (
          <Dialog
            open
            size={open}
            onOpenChange={() => setOpen(undefined)}
            title="A dialog"
            description="What it is about, in a sentence."
            footer={
              <>
                <Button variant="ghost" onClick={() => setOpen(undefined)}>
                  Cancel
                </Button>
                <Button variant="primary" onClick={() => setOpen(undefined)}>
                  Do it
                </Button>
              </>
            }
          >
            <Input label="First field" hint="It has the focus." />
          </Dialog>
        )}
      </Row>
      <Row name="Menu and popover">
        <Menu trigger={<Button>Menu</Button>}>
          <MenuItem icon={<Pencil />} onSelect={() => undefined}>
            Rename…
          </MenuItem>
          <MenuItem icon={<Trash2 />} onSelect={() => undefined} disabledReason="Only admins delete">
            Delete
          </MenuItem>
          <MenuSeparator />
          <MenuChoice
            label="Order"
            value={order}
            onValueChange={setOrder}
            options={[
              { value: 'newest', label: 'Newest first' },
              { value: 'oldest', label: 'Oldest first' },
            ]}
          />
        </Menu>
        <Popover title="Popover" trigger={<Button>Popover</Button>}>
          <p className="text-muted text-sm">A little more about what was pressed.</p>
        </Popover>
        <Tooltip content="Says more about a control that has a name">
          <Button>Tooltip</Button>
        </Tooltip>
      </Row>
      <Row name="Toast">
        {(['neutral', 'good', 'warn', 'bad'] as const).map((tone) => (
          <Button
            key={tone}
            onClick={() => toast(`A ${tone} toast`, { tone, description: 'What happened, in passing.' })}
          >
            Toast {tone}
          </Button>
        ))}
      </Row>
    </Specimen>
  );
};

export const Patterns = () => (
  <>
    <Overlays />
    <Specimen title="States of a section">
      <div className="grid gap-4 lg:grid-cols-2">
        <div className="rounded-md border border-line">
          <SkeletonRows label="Loading" className="p-4" />
        </div>
        <div className="rounded-md border border-line">
          <EmptyState icon={<Inbox />} title="Nothing yet" action={<Button size="sm">Make one</Button>}>
            What will appear here, and what makes it appear.
          </EmptyState>
        </div>
        <div className="rounded-md border border-line">
          <ErrorState title="It could not be loaded" onRetry={() => undefined}>
            What it means, and what can be done.
          </ErrorState>
        </div>
        <div className="rounded-md border border-line">
          <SectionBoundary name="This specimen">
            <Crash />
          </SectionBoundary>
        </div>
      </div>
    </Specimen>
    <Specimen title="Text of strangers">
      <CodeBlock label="Command" code="CREATE INDEX idx_orders_tenant_created ON orders (tenant_id, created_at)" />
      <CodeBlock label="Wide output" wrap={false} code={'id  title\n'.padEnd(400, '0123456789 ')} />
      <p className="text-sm">
        <PlainText text={HOSTILE} />
      </p>
    </Specimen>
  </>
);
