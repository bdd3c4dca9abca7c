package launch

import (
	"fmt"
	"os"
	"os/signal"
	"slices"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// helpers are what this program does when a test starts it again under their
// name.
var helpers = map[string]func(args []string) int{
	"echo":    echoSignals,
	"threads": wantThreads,
}

func TestMain(m *testing.M) {
	if name, ok := strings.CutPrefix(os.Args[0], "helper:"); ok {
		os.Exit(helpers[name](os.Args[1:]))
	}
	os.Exit(m.Run())
}

// helper runs one in a sandbox.
func (v variant) helper(t *testing.T, name string, args ...string) *running {
	t.Helper()
	return v.runAt(t, executable(t), append([]string{"helper:" + name}, args...)...)
}

func executable(t *testing.T) string {
	t.Helper()
	path, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// echoSignals says that it is up, and then every signal it gets. SIGTERM ends it.
// Its names for itself come as arguments; for each but the first it starts a
// child. SIGUSR2 makes it send SIGTERM to pid 1.
func echoSignals(names []string) int {
	signals := make(chan os.Signal, 1024)
	signal.Notify(signals)
	if len(names) > 1 {
		_, err := os.StartProcess("/proc/self/exe", append([]string{"helper:echo"}, names[1:]...), &os.ProcAttr{Files: []*os.File{nil, os.Stdout}})
		if err != nil {
			fmt.Println(err)
		}
	}
	fmt.Println(names[0], "up")
	for s := range signals {
		switch s {
		case unix.SIGURG, unix.SIGCHLD:
			continue
		case unix.SIGUSR2:
			unix.Kill(1, unix.SIGTERM)
		}
		fmt.Println(names[0], unix.SignalName(s.(unix.Signal)))
		if s == unix.SIGTERM {
			return 9
		}
	}
	return 0
}

// say waits for that many lines of output, in whatever order they come.
func (r *running) say(want ...string) {
	r.t.Helper()
	var got []string
	for range want {
		got = append(got, r.line())
	}
	slices.Sort(got)
	if slices.Sort(want); !slices.Equal(got, want) {
		r.t.Fatalf("output: got %q, want %q", got, want)
	}
}

func (r *running) line() string {
	var line []byte
	for b := make([]byte, 1); ; line = append(line, b[0]) {
		if n, _ := r.out.Read(b); n == 0 || b[0] == '\n' {
			return string(line)
		}
	}
}
