import { render } from 'preact';
import './styles/tokens.css';
import './styles/base.css';
import './styles/shell.css';
import './styles/parts.css';
import { App } from './App';
import { followAddress } from './navigation/route';

followAddress();
const root = document.getElementById('app');
if (root !== null) render(<App />, root);
