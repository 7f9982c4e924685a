"""How do campaigns reach people? Opened, fanned out, paced, sent; the rules are in digest.delivery."""
