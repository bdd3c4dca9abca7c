//go:build race

package launch

// rounds is how often a launch is repeated to see what it leaves: under the race
// detector every Go process takes a second to end.
const rounds = 5
