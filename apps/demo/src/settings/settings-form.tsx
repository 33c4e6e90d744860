import type { ServerInfo } from '@parley/core'
import { CircleAlert, CircleCheck } from 'lucide-react'
import { useEffect, useRef, useState, type ReactElement, type SyntheticEvent } from 'react'
import { Button } from '../ui/button.tsx'
import { reasonOf } from '../ui/reason-of.ts'
import { TextField } from '../ui/text-field.tsx'
import { parseServer, serverText } from './parse-server.ts'
import { parseUserKey } from './parse-user-key.ts'
import { readServerSettings, writeServerSettings, type ServerSettings } from './server-settings.ts'
import { foundText, testServer } from './test-server.ts'

type Finding =
  | { state: 'none' | 'asking' }
  | { state: 'found'; hello: ServerInfo }
  | { state: 'failed'; reason: string }

interface Problems {
  address?: string
  userKey?: string
}

/** The fields of the dialog. Another server is only used when somebody asks for it. */
export function SettingsForm({ onApply }: { onApply: () => void }): ReactElement {
  const [current] = useState(() => readServerSettings())
  const [address, setAddress] = useState(() => (current ? serverText(current.server) : ''))
  const [userKey, setUserKey] = useState(current?.userKey ?? '')
  const [problems, setProblems] = useState<Problems>({})
  const [finding, setFinding] = useState<Finding>({ state: 'none' })
  const asking = useRef<AbortController>(undefined)
  useEffect(() => () => asking.current?.abort(), [])

  /** What the fields say, or undefined where they say nothing that could be used: then they say why. */
  function read(): ServerSettings | undefined {
    const { server, problem } = parseServer(address, { isPageSecure: location.protocol === 'https:' })
    const key = userKey.trim()
    const keyProblem = key === '' ? undefined : parseUserKey(key).problem
    setProblems({ ...(problem && { address: problem }), ...(keyProblem && { userKey: keyProblem }) })
    if (!server || keyProblem !== undefined) return undefined
    return { server, ...(key !== '' && { userKey: key }) }
  }

  function forget(): void {
    asking.current?.abort()
    setFinding({ state: 'none' })
    setProblems({})
  }

  async function test(): Promise<void> {
    const settings = read()
    if (!settings) return
    asking.current?.abort()
    const { signal } = (asking.current = new AbortController())
    setFinding({ state: 'asking' })
    try {
      const hello = await testServer(settings.server, { signal })
      setFinding({ state: 'found', hello })
    } catch (error) {
      if (!signal.aborted) setFinding({ state: 'failed', reason: reasonOf(error) })
    }
  }

  function apply(settings: ServerSettings | undefined): void {
    try {
      writeServerSettings(settings)
      onApply()
    } catch {
      setFinding({
        state: 'failed',
        reason: 'This browser keeps nothing, so that no other server can be chosen.',
      })
    }
  }

  function submit(event: SyntheticEvent): void {
    event.preventDefault()
    const settings = read()
    if (settings) apply(settings)
  }

  return (
    <form noValidate onSubmit={submit} className="flex flex-col gap-4">
      <TextField
        label="Address or webhook id"
        placeholder="https://chat.example.com/my-bot"
        value={address}
        onValueChange={(value) => {
          setAddress(value)
          forget()
        }}
        error={problems.address}
        description={
          problems.address === undefined &&
          'The address of a bot on any server, or the webhook id of one at the hosted service.'
        }
        inputMode="url"
        autoCapitalize="none"
        autoComplete="off"
        spellCheck={false}
        dir="ltr"
      />
      <TextField
        label="User key (optional)"
        type="password"
        value={userKey}
        onValueChange={(value) => {
          setUserKey(value)
          forget()
        }}
        error={problems.userKey}
        description="Without one you are a new visitor there. It is kept in this browser, in plain text."
        autoComplete="off"
        spellCheck={false}
        dir="ltr"
      />
      <div role="status">
        <FindingLine finding={finding} />
      </div>
      <div className="flex flex-wrap gap-2">
        {current && (
          <Button look="quiet" className="me-auto" onClick={() => apply(undefined)}>
            Back to this page’s own server
          </Button>
        )}
        <div className="ms-auto flex flex-wrap justify-end gap-2">
          <Button aria-disabled={finding.state === 'asking'} onClick={() => void test()}>
            Test
          </Button>
          <Button type="submit" look="primary">
            Use this server
          </Button>
        </div>
      </div>
    </form>
  )
}

function FindingLine({ finding }: { finding: Finding }): ReactElement | null {
  switch (finding.state) {
    case 'none':
      return null
    case 'asking':
      return <p className="text-sm text-soft">Asking the server…</p>
    case 'found':
      return (
        <p className="flex gap-2.5 rounded-xl bg-accent-wash px-3.5 py-2.5 text-sm text-accent-ink">
          <CircleCheck aria-hidden className="mt-0.5 size-5 shrink-0" />
          <span className="min-w-0 wrap-anywhere">
            <bdi>{foundText(finding.hello)}</bdi>
          </span>
        </p>
      )
    case 'failed':
      return (
        <p className="flex gap-2.5 rounded-xl bg-alert-wash px-3.5 py-2.5 text-sm text-alert">
          <CircleAlert aria-hidden className="mt-0.5 size-5 shrink-0" />
          <span className="min-w-0 wrap-anywhere">
            <bdi>{finding.reason}</bdi>
          </span>
        </p>
      )
  }
}
