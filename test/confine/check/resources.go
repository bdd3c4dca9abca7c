package check

import (
	"errors"
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"sync"
	"unsafe"

	"golang.org/x/sys/unix"

	"snug/test/confine/bait"
)

var resourceChecks = []Check{
	{"core-dumps", Medium, "a crash handler on the host", "no core dump, and no handler is started", coreDumps},
	{"oom-score", Low, "being spared at others' cost", "it can't be lowered", oomScore},
	{"priorities", Low, "processor time at others' cost", "they can't be raised", priorities},
	{"open-files", Medium, "all descriptors of the machine", "a limit", openFiles},
	{"memory-limit", Medium, "all memory of the machine", "a limit", memoryLimit},
	{"bounded-tmpfs", Medium, "memory through tmpfs", "size and number of files are bounded", boundedTmpfs},
}

// coreDumps: with a limit of 0 the kernel still starts a handler on the host,
// with 1 it doesn't.
func coreDumps(*bait.Host) error {
	var l unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_CORE, &l); err != nil || l.Max != 1 {
		return fmt.Errorf("core dumps of up to %d bytes, %v", l.Max, err)
	}
	return nil
}

// oomScore: to be spared at the cost of others.
func oomScore(*bait.Host) error {
	return refusal("lowering oom_score_adj", os.WriteFile("/proc/self/oom_score_adj", []byte("-1"), 0))
}

func priorities(*bait.Host) error {
	if err := refusal("a better nice value", unix.Setpriority(unix.PRIO_PROCESS, 0, -5)); err != nil {
		return err
	}
	param := uint32(1)
	_, _, errno := unix.Syscall(unix.SYS_SCHED_SETSCHEDULER, 0, unix.SCHED_FIFO, uintptr(unsafe.Pointer(&param)))
	if errno == 0 {
		return errors.New("a real-time priority")
	}
	return nil
}

func openFiles(*bait.Host) error {
	var l unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_NOFILE, &l); err != nil || l.Max > 1<<20 {
		return fmt.Errorf("%d open files, %v", l.Max, err)
	}
	return nil
}

// memoryLimit reserves what the machine hasn't got, and touches nothing of it.
func memoryLimit(*bait.Host) error {
	var info unix.Sysinfo_t
	if err := unix.Sysinfo(&info); err != nil {
		return err
	}
	size := int(uint64(info.Totalram) * uint64(info.Unit))
	b, err := unix.Mmap(-1, 0, size, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_PRIVATE|unix.MAP_ANON|unix.MAP_NORESERVE)
	if err != nil {
		return nil
	}
	_ = unix.Munmap(b)
	return fmt.Errorf("%d bytes can be had, which is all", size)
}

// boundedTmpfs: by default the kernel gives each of them half of memory, and any
// number of files.
func boundedTmpfs(*bait.Host) error {
	var info unix.Sysinfo_t
	if err := unix.Sysinfo(&info); err != nil {
		return err
	}
	memory := uint64(info.Totalram) * uint64(info.Unit)
	return each(mountInfo(), func(m mountPoint) error {
		var st unix.Statfs_t
		if m.fs != "tmpfs" || m.has("ro") || unix.Statfs(m.at, &st) != nil || st.Flags&unix.ST_RDONLY != 0 {
			return nil
		}
		if size := st.Blocks * uint64(st.Bsize); size == 0 || size > memory*3/10 {
			return fmt.Errorf("%s may take %d of %d bytes of memory", m.at, size, memory)
		}
		if st.Files == 0 || st.Files > 1<<20 {
			return fmt.Errorf("%s may have %d files", m.at, st.Files)
		}
		return nil
	})
}

// ForkBomb is set off by itself, by [Bomb]: it would take the other checks with
// it. It is of threads, which count as much as processes and cost less.
var ForkBomb = Check{Name: "fork-bomb", Severity: High, Threat: "a fork bomb", Want: "3000 threads can't be had"}

// What it says in the end.
const (
	Exploded = "3000 threads"
	Fizzled  = "failed to create new OS thread"
)

// Bomb makes 3000 threads, all there at once. Go's runtime gives up if it can't
// have one.
func Bomb() error {
	debug.SetTraceback("none")
	const many = 3000
	var there, over sync.WaitGroup
	there.Add(many)
	over.Add(1)
	for range many {
		go func() {
			runtime.LockOSThread() // so each is a thread of its own
			there.Done()
			over.Wait()
		}()
	}
	there.Wait()
	fmt.Println(Exploded)
	return nil
}
