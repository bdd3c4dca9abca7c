package check

import (
	"bytes"
	"errors"
	"os"

	"snug/test/confine/bait"
)

var environmentChecks = []Check{
	{"environment", High, "keys, tokens, ways to services", "no such variable, in no process", environment},
}

func environment(h *bait.Host) error {
	for _, name := range h.Env {
		if os.Getenv(name) == h.Marker {
			return errors.New(name + " is set")
		}
	}
	return each([]string{"self", "1"}, func(pid string) error {
		if b, _ := os.ReadFile("/proc/" + pid + "/environ"); bytes.Contains(b, []byte(h.Marker)) {
			return errors.New("a secret is in the environment of " + pid)
		}
		return nil
	})
}
