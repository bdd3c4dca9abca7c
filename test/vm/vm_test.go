//go:build vm

package vm

import (
	"context"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"

	"snug/test/script/built"
)

func TestMain(m *testing.M) {
	os.Exit(built.Main(m, built.Snug, built.Scout, "snug/test/load", "snug/test/limited"))
}

// TestGuest boots the machine and makes a subtest of every test that ends in it.
func TestGuest(t *testing.T) {
	built.NeedUser(t)
	runtime.LockOSThread() // the machine ends with this thread
	limit := allowed(t)
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	m := boot(ctx, t, output(t, "./image"), media(t, limit-30*time.Second))
	inside := read(m.results)
	for o := range inside.ended {
		t.Run(o.name, o.replay)
	}
	status := m.wait()
	for _, o := range inside.open {
		t.Run(o.name, o.replay)
	}
	if status == "1" && inside.failed > 0 {
		return // all has been said
	}
	if status != "0" || inside.count == 0 {
		t.Errorf("%d tests ended inside, with status %s\n%s\nthe end of the console:\n%s",
			inside.count, status, strings.Join(inside.rest, ""), m.console.tail())
	}
}
