package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// adoptOrphans makes every process below this one stay below it, even if what started it
// has gone. So "the processes of these sandboxes" are simply all descendants.
func adoptOrphans() error {
	return unix.Prctl(unix.PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
}

// descendants lists the processes below pid.
func descendants(pid int) []int {
	lists, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", pid))
	var all []int
	for _, list := range lists {
		text, _ := os.ReadFile(list) // a thread may have ended
		for child := range strings.FieldsSeq(string(text)) {
			if n, err := strconv.Atoi(child); err == nil {
				all = append(all, n)
				all = append(all, descendants(n)...)
			}
		}
	}
	return all
}

// isRunning tells whether pid runs exactly this command line.
func isRunning(pid int, argv []string) bool {
	text, _ := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", pid))
	return string(text) == strings.Join(argv, "\x00")+"\x00"
}

// killAll ends every descendant and waits until the last is gone.
func killAll() {
	for {
		for _, pid := range descendants(os.Getpid()) {
			_ = syscall.Kill(pid, syscall.SIGKILL) // gone is as good
		}
		var status syscall.WaitStatus
		for {
			pid, err := syscall.Wait4(-1, &status, syscall.WNOHANG, nil)
			if err == syscall.ECHILD {
				return
			}
			if pid <= 0 {
				break
			}
		}
		time.Sleep(5 * time.Millisecond)
	}
}

// pss is the memory of a process in KiB, shared pages divided among their users.
func pss(pid int) (float64, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/smaps_rollup", pid))
	if err != nil {
		return 0, err
	}
	return kibibytes(text, "Pss:")
}

// kernelMemory is what the whole kernel holds, in KiB: only differences mean anything.
func kernelMemory() (float64, error) {
	text, err := os.ReadFile("/proc/meminfo")
	if err != nil {
		return 0, err
	}
	sum := 0.0
	for _, what := range []string{"Slab:", "KernelStack:", "PageTables:", "Percpu:"} {
		n, err := kibibytes(text, what)
		if err != nil {
			return 0, err
		}
		sum += n
	}
	return sum, nil
}

// kibibytes reads one line of the form "Name:   123 kB".
func kibibytes(text []byte, name string) (float64, error) {
	for line := range strings.Lines(string(text)) {
		if f := strings.Fields(line); len(f) >= 2 && f[0] == name {
			return strconv.ParseFloat(f[1], 64)
		}
	}
	return 0, fmt.Errorf("no line %q", name)
}

func lines(text []byte) int { return bytes.Count(text, []byte("\n")) }
