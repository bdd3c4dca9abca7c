//go:build vm

package suite

import (
	"errors"
	"fmt"
	"net"
	"net/rpc"
	"os"
	"sync"
	"testing"
	"time"

	"snug/test/cgroup"
)

// The users of the machine, see test/vm/disk.
const (
	tester = "tester" // its manager has every controller
	plain  = "plain"  // its manager has what Debian gives
)

// What test/vm/guest has put where.
const (
	self   = "/opt/suite"
	agents = "/run/agents/"
	path   = "PATH=/opt/bin:/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin"
)

// A place is where commands run: as whom, and in which part of the cgroup tree.
type place struct {
	name   string
	client *rpc.Client
}

// root is in a system service; test/vm/guest has started its agent.
func root(t testing.TB) *place {
	t.Helper()
	return standing(t, "root", func(string) {})
}

// shell is in a service of the user's manager, where a terminal of a desktop is.
func shell(t testing.TB, user string) *place {
	t.Helper()
	return standing(t, "shell-"+user, func(socket string) {
		root(t).ok(t, "setpriv", "--reuid", user, "--regid", user, "--init-groups", "env", "-C", "/home/"+user,
			"XDG_RUNTIME_DIR=/run/user/"+uid(user), "systemd-run", "--user", "--quiet", "--collect", "--same-dir",
			"-E", path, self, "agent", socket)
	})
}

// login logs in, which takes half a second, and logs out at the end of the test.
func login(t testing.TB, user string) *place {
	t.Helper()
	var session *proc
	p := open(t, fmt.Sprintf("login-%s-%d", user, time.Now().UnixNano()), func(socket string) {
		// PAM decides about PATH, so the agent is told again.
		session = root(t).start(t, Command{Timeout: time.Hour,
			Args: []string{"runuser", "-l", user, "-c", path + " exec " + self + " agent " + socket}})
	})
	t.Cleanup(func() {
		p.client.Close()
		session.wait(t)
	})
	return p
}

// cgroup is where the place's commands are.
func (p *place) cgroup(t testing.TB) cgroup.Dir {
	t.Helper()
	return cgroup.Parse(t, p.ok(t, "cat", "/proc/self/cgroup"))
}

// manager is the cgroup that is delegated to a user's manager.
func manager(user string) cgroup.Dir {
	return cgroup.Dir("/user.slice/user-" + uid(user) + ".slice/user@" + uid(user) + ".service")
}

func uid(user string) string { return map[string]string{tester: "1000", plain: "1001"}[user] }

var (
	mu     sync.Mutex
	places = map[string]*place{}
)

// standing opens a place that is kept, unless it is open already.
func standing(t testing.TB, name string, start func(socket string)) *place {
	t.Helper()
	mu.Lock()
	p := places[name]
	mu.Unlock()
	if p != nil && p.alive() {
		return p
	}
	p = open(t, name, start)
	mu.Lock()
	defer mu.Unlock()
	places[name] = p
	return p
}

// open lets start start an agent, and waits for its call.
func open(t testing.TB, name string, start func(socket string)) *place {
	t.Helper()
	socket := agents + name
	listener, err := net.ListenUnix("unix", &net.UnixAddr{Name: socket, Net: "unix"})
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	if err := os.Chmod(socket, 0o777); err != nil {
		t.Fatal(err)
	}
	start(socket)
	_ = listener.SetDeadline(time.Now().Add(30 * time.Second))
	conn, err := listener.Accept()
	if err != nil {
		t.Fatalf("no agent called from %s: %v", name, err)
	}
	return &place{name: name, client: rpc.NewClient(conn)}
}

// alive asks the agent about a process that there can't be: any answer will do.
func (p *place) alive() bool {
	var answer rpc.ServerError
	return errors.As(p.client.Call("Agent.Output", -1, &Result{}), &answer)
}
