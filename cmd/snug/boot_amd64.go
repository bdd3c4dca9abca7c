package main

import (
	"os"
	"runtime"
	"strconv"

	"golang.org/x/sys/unix"
)

// boot is the entry point, see boot_amd64.s.
//
//lint:ignore U1000 the linker uses it
func boot()

// What boot saw: the CPUs the caller allows, and whether they were changed.
var (
	bootMask    unix.CPUSet
	bootMaskLen uintptr
	//lint:ignore U1000 boot's own
	bootCPU unix.CPUSet
	// The caller's timer slack in nanoseconds, 0 for as it was.
	bootSlack uintptr
)

// restoreThread gives this thread, and all that come from it, the caller's timer
// slack and CPUs back. The threads that the runtime has started stay where they are: they
// serve this process only.
func restoreThread() {
	if bootMaskLen > 0 {
		unix.SchedSetaffinity(0, &bootMask)
	}
	if bootSlack > 0 {
		unix.Prctl(unix.PR_SET_TIMERSLACK, bootSlack, 0, 0, 0)
	}
}

// useAllCPUs undoes the pinning for every thread and lets goroutines run side by
// side, for work that does: newuidmap and newgidmap take a millisecond each.
func useAllCPUs() {
	if bootMaskLen == 0 {
		return
	}
	tasks, _ := os.ReadDir("/proc/self/task")
	for _, t := range tasks {
		if tid, err := strconv.Atoi(t.Name()); err == nil {
			unix.SchedSetaffinity(tid, &bootMask)
		}
	}
	runtime.GOMAXPROCS(max(2, bootMask.Count()))
}
