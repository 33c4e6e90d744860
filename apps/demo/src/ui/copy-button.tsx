import { Check, Copy } from 'lucide-react'
import { useState, type ReactElement } from 'react'
import { IconButton } from './button.tsx'
import { useToast } from './toasts.tsx'

/** Copies a text, and reports the result in a toast. */
export function CopyButton({ text, label }: { text: string; label: string }): ReactElement {
  const toast = useToast()
  const [copied, setCopied] = useState<string>()

  async function copy(): Promise<void> {
    const isCopied = await copyText(text)
    if (isCopied) setCopied(text)
    toast(isCopied ? 'Copied.' : 'Unable to copy; the browser does not allow it.')
  }

  return <IconButton icon={copied === text ? Check : Copy} label={label} onClick={() => void copy()} />
}

/** Copies a text to the clipboard. Resolves with whether the browser allowed it. */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    return false
  }
}
