import { createChat, type ChatOptions } from '@parley/core'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { App } from './app.tsx'
import { createAppearance } from './layout/appearance-menu.tsx'
import { createPageStorage } from './page/page-storage.ts'
import { readServerSettings } from './settings/server-settings.ts'
import { createWireTap } from './wire/wire-tap.ts'
import './main.css'

const root = document.getElementById('root')
if (!root) throw new Error('Unable to show the page; it has no element with the id "root".')

const storage = createPageStorage()
const settings = readServerSettings()
const tap = createWireTap()
const server: ChatOptions = { ...(settings?.server ?? { url: `${location.origin}/demo` }), fetch: tap.fetch }

createRoot(root).render(
  <StrictMode>
    <App
      chat={createChat(server)}
      server={server}
      userKey={settings?.userKey}
      tap={tap}
      storage={storage}
      appearance={createAppearance(storage, document.documentElement)}
    />
  </StrictMode>,
)
