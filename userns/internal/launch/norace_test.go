//go:build !race

package launch

// rounds is how often a launch is repeated to see what it leaves.
const rounds = 100
