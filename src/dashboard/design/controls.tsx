import { Ellipsis, Plus, Search } from 'lucide-react';
import { useState } from 'react';
import { Button } from '../ui/button.tsx';
import { Checkbox } from '../ui/checkbox.tsx';
import { CopyButton } from '../ui/copy-button.tsx';
import { FilterMenu } from '../ui/filter-menu.tsx';
import { IconButton } from '../ui/icon-button.tsx';
import { Input } from '../ui/input.tsx';
import { Kbd } from '../ui/kbd.tsx';
import { Segmented } from '../ui/segmented.tsx';
import { Select } from '../ui/select.tsx';
import { Switch } from '../ui/switch.tsx';
import { Textarea } from '../ui/textarea.tsx';
import { Row, Specimen } from './specimen.tsx';

const variants = ['primary', 'secondary', 'ghost', 'danger'] as const;
const nothing = (): void => undefined;
const choices = [
  { value: 'one', label: 'One' },
  { value: 'two', label: 'Two' },
  { value: 'three', label: 'Three' },
] as const;

const Buttons = () => (
  <Specimen title="Buttons">
    {variants.map((variant) => (
      <Row key={variant} name={variant}>
        <Button variant={variant}>Rest</Button>
        <Button variant={variant} icon={<Plus />}>
          Icon
        </Button>
        <Button variant={variant} shortcut="a">
          Key
        </Button>
        <Button variant={variant} busy>
          Sending…
        </Button>
        <Button variant={variant} disabledReason="Only admins decide">
          Disabled
        </Button>
        <Button variant={variant} size="sm">
          Small
        </Button>
      </Row>
    ))}
    <Row name="icon">
      <IconButton label="More" icon={<Ellipsis />} />
      <IconButton label="More, larger" icon={<Ellipsis />} size="md" />
      <IconButton label="More, with an edge" icon={<Ellipsis />} size="md" variant="secondary" />
      <IconButton label="Not now" icon={<Ellipsis />} disabledReason="There is nothing more" />
      <CopyButton text="copied" />
      <Kbd>Ctrl</Kbd>
      <Kbd>K</Kbd>
    </Row>
  </Specimen>
);

export const Controls = () => {
  const [choice, setChoice] = useState<(typeof choices)[number]['value']>('one');
  const [several, setSeveral] = useState<(typeof choices)[number]['value'][]>(['two']);
  const [on, setOn] = useState(true);
  return (
    <>
      <Buttons />
      <Specimen title="Fields">
        <div className="grid gap-4 sm:grid-cols-2">
          <Input label="Empty" placeholder="Placeholder" hint="What is meant by it." />
          <Input label="Filled" defaultValue="Checkout p99" />
          <Input label="Wrong" defaultValue="?" error="Say what is wrong, and what would be right." />
          <Input label="Disabled" defaultValue="Not now" disabled />
          <Input label="With an icon" icon={<Search />} trailing={<Kbd>/</Kbd>} type="search" />
          <Input label="With a prefix" prefix="From" type="date" defaultValue="2026-03-03" />
          <Textarea label="Several lines" defaultValue={'One\nTwo'} rows={3} />
          <Textarea label="Several lines, wrong" error="At least ten characters." rows={3} />
        </div>
      </Specimen>
      <Specimen title="Choices">
        <Row name="Select">
          <Select
            label="Select"
            labelHidden
            value={choice}
            onValueChange={setChoice}
            options={choices}
            className="w-40"
          />
          <Select
            label="Small select"
            labelHidden
            size="sm"
            value={choice}
            onValueChange={setChoice}
            options={choices}
            className="w-32"
          />
        </Row>
        <Row name="Filter">
          <FilterMenu label="None" chosen={[]} onChange={nothing} options={choices} />
          <FilterMenu label="Some" chosen={several} onChange={setSeveral} options={choices} />
        </Row>
        <Row name="Segmented">
          <Segmented label="Segmented" value={choice} onValueChange={setChoice} options={choices} />
          <Segmented
            label="Segmented with counts"
            value={choice}
            onValueChange={setChoice}
            options={choices.map((option, index) => ({ ...option, count: index * 1_204 }))}
          />
        </Row>
        <Row name="Switch and check">
          <Switch label="On or off" checked={on} onCheckedChange={setOn} />
          <Switch label="Off" checked={false} onCheckedChange={nothing} />
          <Checkbox label="Checked" hint="With a hint" checked={on} onCheckedChange={setOn} />
          <Checkbox label="Not checked" checked={false} onCheckedChange={nothing} />
        </Row>
      </Specimen>
    </>
  );
};
