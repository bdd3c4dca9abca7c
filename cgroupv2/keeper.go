package cgroupv2

import (
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

// A keeper is a small process beside the sandboxes of a [Tree], tied to its owner by a
// pipe. It is what systemd starts a scope around, so that the scope doesn't end between
// two sandboxes, nor before somebody has read why the last one ended: an out-of-memory
// kill takes every process of a leaf, and systemd removes the directory with its
// memory.events as soon as nobody is in it. And when the owner dies, however suddenly,
// the keeper kills what is in the tree, frozen or not: a frozen pid 1 can't notice that
// it is alone. In a tree that no systemd looks after it removes the directories, too.
//
// It is the shell of the system because everything that can run snug has one, and
// because a caller's own executable would need a hook in main. It runs outside of every
// sandbox, with no environment, and reads nothing but the end of the pipe.
type keeper struct {
	pid  int
	pipe *os.File // the end of it is the end of the keeper's patience
}

// It is told by two lines which tree it guards and whether that is its to remove, and
// then waits for the end of the pipe. An owner that dies before leaves nothing to guard,
// but systemd may be about to start the scope: it should find somebody, and see him go.
// In a scope the keeper is in the tree, and the kill is its own end. A kill takes a
// moment until the directories are free; ten seconds are many.
const keeperScript = `IFS= read -r tree && read -r own || exec sleep 2
read -r rest
echo 1 >"$tree/cgroup.kill" || [ -d "$tree" ] || exit 0
[ "$own" = own ] || exit 0
n=0
until rmdir "$tree"/*/ 2>/dev/null; rmdir "$tree" 2>/dev/null || [ ! -d "$tree" ] || [ $n -ge 200 ]; do
	n=$((n + 1))
	sleep 0.05
done`

// keeperName is what the keeper is called in ps(1).
const keeperName = "snug:keeper"

// startKeeper starts a keeper, in this process's cgroup. Which tree it is for is said
// later: a scope has to be started around a process that exists.
func startKeeper() (*keeper, error) {
	r, w, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	defer r.Close()
	null, err := os.OpenFile(os.DevNull, os.O_RDWR, 0)
	if err != nil {
		w.Close()
		return nil, err
	}
	defer null.Close()
	// Not os.StartProcess, which starts a first process to see whether pidfds work.
	pid, err := syscall.ForkExec("/bin/sh", []string{keeperName, "-c", keeperScript}, &syscall.ProcAttr{
		Dir: "/", Env: []string{}, Files: []uintptr{r.Fd(), null.Fd(), null.Fd()},
		Sys: &syscall.SysProcAttr{Setsid: true},
	})
	if err != nil {
		w.Close()
		return nil, &Error{Do: "start", On: "/bin/sh", Err: err,
			Why: "a shell keeps the sandbox's cgroup, and kills what is in it if its owner is killed", Fix: "install a shell as /bin/sh"}
	}
	return &keeper{pid, w}, nil
}

// guard tells the keeper what it is for. A path with a line end can't be told; no
// manager makes such.
func (k *keeper) guard(tree string, ours bool) error {
	own := "systemd"
	if ours {
		own = "own"
	}
	_, err := k.pipe.WriteString(tree + "\n" + own + "\n")
	return err
}

// linger leaves the keeper to end by itself, for a scope that was asked for and isn't
// wanted any more.
func (k *keeper) linger() {
	if k == nil {
		return
	}
	k.pipe.Close()
	go k.wait()
}

// end ends the keeper without its last act.
func (k *keeper) end() {
	if k == nil {
		return
	}
	unix.Kill(k.pid, unix.SIGKILL) // not waited for yet: the number is its own
	k.wait()
	k.pipe.Close()
}

func (k *keeper) wait() {
	for {
		if _, err := unix.Wait4(k.pid, nil, 0, nil); err != unix.EINTR {
			return
		}
	}
}
