// Command load uses up one thing, so that a test can see a limit hold.
//
//	load memory BYTES        touches that much memory: "ready BYTES"
//	load processes N         starts N processes, of a thread each, that sleep: "ready N"
//	load cpu DURATION        keeps one thread busy: "ready", and the milliseconds it got
//	load write FILE BYTES    writes past the page cache: "ready", and the milliseconds it took
//	load nothing             "ready 0"
//
// # Theory of operation
//
// A test of a limit needs to know how far the load came, not that it failed in the
// end. So each load prints a line as soon as it is where it was told to go, and then
// lets go of all it has; with one more argument, hold, it stays there until it is killed.
// What stops it on the way is printed as "stopped", how far it came, and the error, and
// ends it with status 1.
package main

import (
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

const usage = "usage: load memory BYTES | processes N | cpu DURATION | write FILE BYTES | nothing [hold]"

func main() {
	args, hold := os.Args[1:], false
	if n := len(args); n > 0 && args[n-1] == "hold" {
		args, hold = args[:n-1], true
	}
	got, err := load(args)
	if err != nil {
		fmt.Printf("stopped %d: %v\n", got, err)
		os.Exit(1)
	}
	fmt.Printf("ready %d\n", got)
	for hold {
		_ = unix.Pause()
	}
}

// load goes as far as it was told to and tells how far it came.
func load(args []string) (int64, error) {
	switch {
	case len(args) == 2 && args[0] == "memory":
		return memory(args[1])
	case len(args) == 2 && args[0] == "processes":
		return processes(args[1])
	case len(args) == 2 && args[0] == "cpu":
		return cpu(args[1])
	case len(args) == 3 && args[0] == "write":
		return write(args[1], args[2])
	case len(args) == 1 && args[0] == "nothing":
		return 0, nil
	}
	return 0, fmt.Errorf("%s", usage)
}

// number reads 10, 10K, 10M or 10G.
func number(s string) (int64, error) {
	shift := 10 * (1 + strings.IndexAny("KMG", s[max(0, len(s)-1):]))
	n, err := strconv.ParseInt(strings.TrimRight(s, "KMG"), 10, 64)
	return n << shift, err
}

// memory writes to every page, or the kernel would give none.
func memory(arg string) (int64, error) {
	want, err := number(arg)
	if err != nil {
		return 0, err
	}
	pages, err := unix.Mmap(-1, 0, int(want), unix.PROT_READ|unix.PROT_WRITE, unix.MAP_PRIVATE|unix.MAP_ANONYMOUS)
	if err != nil {
		return 0, err
	}
	for i := 0; i < len(pages); i += os.Getpagesize() {
		pages[i] = byte(i>>12) | 1
	}
	return want, nil
}

// processes starts what has one thread each, unlike a program in Go. They end with the
// thread that started them, so it must stay this one.
func processes(arg string) (int64, error) {
	want, err := number(arg)
	if err != nil {
		return 0, err
	}
	runtime.LockOSThread()
	for n := range want {
		child := exec.Command("sleep", "infinity")
		child.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
		if err := child.Start(); err != nil {
			return n, err
		}
	}
	return want, nil
}

// cpu tells how many milliseconds of processor time it got in that much time of the clock.
func cpu(arg string) (int64, error) {
	d, err := time.ParseDuration(arg)
	if err != nil {
		return 0, err
	}
	for end := time.Now().Add(d); time.Now().Before(end); {
	}
	var used unix.Rusage
	err = unix.Getrusage(unix.RUSAGE_SELF, &used)
	return (used.Utime.Nano() + used.Stime.Nano()) / int64(time.Millisecond), err
}

// write tells how many milliseconds it took to get the bytes to the disk.
func write(file, arg string) (int64, error) {
	const block = 64 << 10
	want, err := number(arg)
	if err != nil {
		return 0, err
	}
	f, err := os.OpenFile(file, os.O_CREATE|os.O_WRONLY|os.O_TRUNC|unix.O_DIRECT, 0o600)
	if err != nil {
		return 0, err
	}
	defer f.Close()
	// O_DIRECT wants a buffer at the beginning of a page: a mapping is.
	buffer, err := unix.Mmap(-1, 0, block, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_PRIVATE|unix.MAP_ANONYMOUS)
	if err != nil {
		return 0, err
	}
	begin := time.Now()
	for done := int64(0); done < want; done += block {
		if _, err := f.Write(buffer); err != nil {
			return time.Since(begin).Milliseconds(), err
		}
	}
	return time.Since(begin).Milliseconds(), nil
}
