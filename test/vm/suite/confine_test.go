//go:build vm

package suite

import (
	"testing"

	"snug/test/confine"
)

// TestConfined makes the checks of package confine here, where the kernel is older
// and there are services to be reached: buses, systemd's sockets, the journal's.
func TestConfined(t *testing.T) {
	for _, c := range confine.Snug {
		t.Run(c.Name, func(t *testing.T) { confine.Test(t, c) })
	}
}
