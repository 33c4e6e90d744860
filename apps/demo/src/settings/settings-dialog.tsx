import type { ServerInfo } from '@parley/core'
import { CircleAlert, CircleCheck } from 'lucide-react'
import { useEffect, useRef, useState, type ReactElement, type SyntheticEvent } from 'react'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { getErrorReason } from '../ui/error-message.tsx'
import { TextField } from '../ui/text-field.tsx'
import { formatServer, parseServer } from './parse-server.ts'
import { parseUserKey } from './parse-user-key.ts'
import { readServerSettings, writeServerSettings, type ServerSettings } from './server-settings.ts'
import { formatServerInfo, testServer } from './test-server.ts'

export interface SettingsDialogProps {
  isOpen: boolean
  onOpenChange: (isOpen: boolean) => void
  /** Called when the settings were stored. Default: reloads the page, which connects to the new server. */
  onApply?: () => void
}

/** Selects the server and the user. */
export function SettingsDialog({
  isOpen,
  onOpenChange,
  onApply = reload,
}: SettingsDialogProps): ReactElement {
  return (
    <Dialog
      isOpen={isOpen}
      onOpenChange={onOpenChange}
      title="Server"
      description="Connect this page to any server of the Chat API."
    >
      <SettingsForm onApply={onApply} />
    </Dialog>
  )
}

function reload(): void {
  // The conversation in the URL belongs to the previous server.
  history.replaceState(null, '', location.pathname)
  location.reload()
}

type TestResult =
  | { state: 'none' | 'running' }
  | { state: 'reachable'; serverInfo: ServerInfo }
  | { state: 'failed'; reason: string }

interface Problems {
  address?: string
  userKey?: string
}

/** The form of the dialog. The server changes only when the form is submitted. */
function SettingsForm({ onApply }: { onApply: () => void }): ReactElement {
  const [current] = useState(() => readServerSettings())
  const [address, setAddress] = useState(() => (current ? formatServer(current.server) : ''))
  const [userKey, setUserKey] = useState(current?.userKey ?? '')
  const [problems, setProblems] = useState<Problems>({})
  const [testResult, setTestResult] = useState<TestResult>({ state: 'none' })
  const controller = useRef<AbortController>(undefined)
  useEffect(() => () => controller.current?.abort(), [])

  /** Reads and validates the fields. Returns undefined and shows errors if they are invalid. */
  function readFields(): ServerSettings | undefined {
    const { server, problem } = parseServer(address, { isPageSecure: location.protocol === 'https:' })
    const key = userKey.trim()
    const keyProblem = key === '' ? undefined : parseUserKey(key).problem
    setProblems({ ...(problem && { address: problem }), ...(keyProblem && { userKey: keyProblem }) })
    if (!server || keyProblem !== undefined) return undefined
    return { server, ...(key !== '' && { userKey: key }) }
  }

  function resetResult(): void {
    controller.current?.abort()
    setTestResult({ state: 'none' })
    setProblems({})
  }

  async function test(): Promise<void> {
    const settings = readFields()
    if (!settings) return
    controller.current?.abort()
    const { signal } = (controller.current = new AbortController())
    setTestResult({ state: 'running' })
    try {
      const serverInfo = await testServer(settings.server, { signal })
      setTestResult({ state: 'reachable', serverInfo })
    } catch (error) {
      if (!signal.aborted) setTestResult({ state: 'failed', reason: getErrorReason(error) })
    }
  }

  function applySettings(settings: ServerSettings | undefined): void {
    try {
      writeServerSettings(settings)
      onApply()
    } catch {
      setTestResult({
        state: 'failed',
        reason: 'Unable to save the settings; this browser blocks storage.',
      })
    }
  }

  function submit(event: SyntheticEvent): void {
    event.preventDefault()
    const settings = readFields()
    if (settings) applySettings(settings)
  }

  return (
    <form noValidate onSubmit={submit} className="flex flex-col gap-4">
      <TextField
        label="Address or webhook id"
        placeholder="https://chat.example.com/my-bot"
        value={address}
        onValueChange={(value) => {
          setAddress(value)
          resetResult()
        }}
        error={problems.address}
        description={
          problems.address === undefined &&
          'The address of a bot on any server, or the webhook id of a bot on the hosted service.'
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
          resetResult()
        }}
        error={problems.userKey}
        description="Without a key you are a new guest. The key is stored in this browser, in plain text."
        autoComplete="off"
        spellCheck={false}
        dir="ltr"
      />
      <div role="status">
        <TestResultMessage testResult={testResult} />
      </div>
      <div className="flex flex-wrap gap-2">
        {current && (
          <Button variant="quiet" className="me-auto" onClick={() => applySettings(undefined)}>
            Use default server
          </Button>
        )}
        <div className="ms-auto flex flex-wrap justify-end gap-2">
          <Button aria-disabled={testResult.state === 'running'} onClick={() => void test()}>
            Test
          </Button>
          <Button type="submit" variant="primary">
            Use this server
          </Button>
        </div>
      </div>
    </form>
  )
}

function TestResultMessage({ testResult }: { testResult: TestResult }): ReactElement | null {
  switch (testResult.state) {
    case 'none':
      return null
    case 'running':
      return <p className="text-sm text-soft">Connecting to the server…</p>
    case 'reachable':
      return (
        <p className="flex gap-2.5 rounded-xl bg-accent-subtle px-3.5 py-2.5 text-sm text-accent-text">
          <CircleCheck aria-hidden className="mt-0.5 size-5 shrink-0" />
          <span className="min-w-0 wrap-anywhere">
            <bdi>{formatServerInfo(testResult.serverInfo)}</bdi>
          </span>
        </p>
      )
    case 'failed':
      return (
        <p className="flex gap-2.5 rounded-xl bg-alert-subtle px-3.5 py-2.5 text-sm text-alert">
          <CircleAlert aria-hidden className="mt-0.5 size-5 shrink-0" />
          <span className="min-w-0 wrap-anywhere">
            <bdi>{testResult.reason}</bdi>
          </span>
        </p>
      )
  }
}
