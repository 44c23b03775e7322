import { css } from 'lit';

/** An element of the class `spinner` turns for as long as something takes. */
export const spinner = css`
  .spinner {
    flex: none;
    inline-size: var(--spinner-size, 20px);
    block-size: var(--spinner-size, 20px);
    border: 2px solid var(--stage-line);
    border-block-start-color: var(--stage-ink);
    border-radius: 50%;
    animation: turn 0.9s linear infinite;
  }
  @keyframes turn {
    to {
      transform: rotate(1turn);
    }
  }
  @media (prefers-reduced-motion: reduce) {
    .spinner {
      animation-duration: 6s;
    }
  }
`;
