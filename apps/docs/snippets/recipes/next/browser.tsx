import { createRoot } from 'react-dom/client'
import Page from './page.tsx'

createRoot(document.getElementById('root') ?? document.body).render(<Page />)
