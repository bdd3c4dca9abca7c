package store

import (
	"bytes"
	"os"
	"strconv"

	"golang.org/x/sys/unix"
)

// Process is a process for good: its number is another's some day, but not with the same
// start time.
type Process struct {
	Pid   int    `json:"pid"`
	Start uint64 `json:"start"` // clock ticks since boot, see proc_pid_stat(5)
}

// Stat is what the kernel says of a process.
type Stat struct {
	State  byte // as ps(1) has it: R, S, D, T, Z ...
	Parent int
	Start  uint64
	Ticks  uint64 // CPU time of it, and of the children it has waited for, in clock ticks
	RSS    uint64 // pages
}

// ProcessOf identifies a process that runs now.
func ProcessOf(pid int) (Process, error) {
	s, err := StatOf(pid)
	return Process{pid, s.Start}, err
}

// StatOf reads /proc/PID/stat. ESRCH says that there is no such process.
func StatOf(pid int) (s Stat, err error) {
	var b [1024]byte
	fd, err := unix.Open("/proc/"+strconv.Itoa(pid)+"/stat", unix.O_RDONLY|unix.O_CLOEXEC, 0)
	if err != nil {
		return s, unix.ESRCH
	}
	n, err := unix.Read(fd, b[:])
	unix.Close(fd)
	if err != nil || n <= 0 {
		return s, unix.ESRCH
	}
	return parseStat(b[:n])
}

// parseStat reads what stands behind the last parenthesis: a process calls itself what it
// likes, but has no say in anything after that.
func parseStat(b []byte) (s Stat, err error) {
	f := bytes.Fields(b[bytes.LastIndexByte(b, ')')+1:])
	if len(f) < 22 || len(f[0]) != 1 {
		return s, unix.ESRCH
	}
	number := func(field int) (n uint64) { // numbered as in proc_pid_stat(5)
		n, _ = strconv.ParseUint(string(f[field-3]), 10, 64)
		return n
	}
	return Stat{State: f[0][0], Parent: int(number(4)), Start: number(22), Ticks: number(14) + number(15) + number(16) + number(17), RSS: number(24)}, nil
}

// Alive says whether it runs. A zombie doesn't.
func (p Process) Alive() bool {
	if p.Pid <= 0 {
		return false
	}
	s, err := StatOf(p.Pid)
	return err == nil && s.Start == p.Start && s.State != 'Z' && s.State != 'X'
}

// Open gives a descriptor of the process, which stays this one's (pidfd_open(2)). ESRCH says
// that it has ended, whoever has its number now.
func (p Process) Open() (pidfd int, err error) {
	if p.Pid <= 0 {
		return -1, unix.ESRCH
	}
	fd, err := unix.PidfdOpen(p.Pid, 0)
	if err != nil {
		return -1, err
	}
	// Looked at while it is held: the number can't change hands between the two.
	if !p.Alive() {
		unix.Close(fd)
		return -1, unix.ESRCH
	}
	return fd, nil
}

// Signal sends a signal to that process, and never to another.
func (p Process) Signal(sig unix.Signal) error {
	fd, err := p.Open()
	if err != nil {
		return err
	}
	defer unix.Close(fd)
	return unix.PidfdSendSignal(fd, sig, nil, 0)
}

// PIDNamespace is the number of the caller's, which the numbers of processes are of.
func PIDNamespace() uint64 {
	var st unix.Stat_t
	if unix.Stat("/proc/self/ns/pid", &st) != nil {
		return 0
	}
	return st.Ino
}

// PageSize is for [Stat.RSS].
func PageSize() uint64 { return uint64(os.Getpagesize()) }
