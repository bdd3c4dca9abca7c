package userns

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unsafe"

	"golang.org/x/sys/unix"

	"snug/userns/rootfs"
)

// insiders are what this program does when it is started with their name, mostly
// by a test in a sandbox.
var insiders = map[string]func(args []string) int{
	"spy":    spy,
	"search": search,
	"caller": caller,
	"deaf":   deaf,
	"stalk":  stalk,

	"reach":   reach,
	"within":  within,
	"domains": domains,
}

func TestMain(m *testing.M) {
	if len(os.Args) > 1 {
		if name, ok := strings.CutPrefix(os.Args[1], "inside:"); ok {
			os.Exit(insiders[name](os.Args[2:]))
		}
	}
	os.Exit(m.Run())
}

// insider runs one in a sandbox.
func insider(t *testing.T, name string, args ...string) *Spec {
	t.Helper()
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	return &Spec{
		Args:   append([]string{"/tmp/helper", "inside:" + name}, args...),
		Mounts: []rootfs.Mount{{Source: program, Target: "/tmp/helper", ReadOnly: true}},
		Stderr: os.Stderr,
	}
}

// spy says what it gets at pid 1 with.
func spy([]string) int {
	got := map[string]string{}
	record := func(what string, err error) {
		if err == nil {
			got[what] = "success"
		} else if e, ok := err.(*fs.PathError); ok {
			got[what] = unix.ErrnoName(e.Err.(unix.Errno))
		} else {
			got[what] = unix.ErrnoName(err.(unix.Errno))
		}
	}
	for _, name := range spyFiles {
		f, err := os.Open("/proc/1/" + name)
		if err == nil { // some are opened by anybody, and read by few
			_, err = f.ReadAt(make([]byte, 1), spyAddress)
			if err == io.EOF {
				err = unix.EACCES // maps and the like look empty instead
			}
		}
		record(name, err)
	}
	for _, name := range spyLinks {
		_, err := os.Readlink("/proc/1/" + name)
		record(name, err)
	}
	record("ptrace", ptrace(unix.PTRACE_ATTACH))
	record("seize", ptrace(unix.PTRACE_SEIZE))
	b := make([]byte, 8)
	_, err := unix.ProcessVMReadv(1, []unix.Iovec{{Base: &b[0], Len: 8}}, []unix.RemoteIovec{{Base: uintptr(spyAddress), Len: 8}}, 0)
	record("process_vm_readv", err)
	fd, err := unix.PidfdOpen(1, 0)
	if err == nil {
		_, err = unix.PidfdGetfd(fd, 0, 0)
	}
	record("pidfd_getfd", err)
	json.NewEncoder(os.Stdout).Encode(got)
	return 0
}

var (
	spyFiles = []string{"mem", "environ", "maps", "smaps", "auxv", "pagemap", "syscall", "stack", "personality", "io"}
	spyLinks = []string{"fd/3", "exe", "cwd", "root", "ns/mnt", "ns/user", "ns/pid"}
)

// spyAddress is one that is mapped in this process at least.
var spyAddress = int64(uintptr(unsafe.Pointer(&spyFiles)))

func ptrace(request int) error {
	_, _, errno := unix.Syscall6(unix.SYS_PTRACE, uintptr(request), 1, 0, 0, 0, 0)
	if errno != 0 {
		return errno
	}
	return nil
}

func TestPid1IsClosed(t *testing.T) {
	for name, change := range map[string]func(*Spec){
		"self": func(*Spec) {}, "root": func(s *Spec) { s.IDs = MapRoot },
		"nested": func(s *Spec) { s.AllowUserns = true },
	} {
		spec := insider(t, "spy")
		change(spec)
		got := map[string]string{}
		if err := json.Unmarshal([]byte(output(t, spec)), &got); err != nil {
			t.Fatal(err)
		}
		if want := len(spyFiles) + len(spyLinks) + 4; len(got) != want {
			t.Errorf("%s: %d attempts, want %d", name, len(got), want)
		}
		for what, errno := range got {
			if errno != "EPERM" && errno != "EACCES" {
				t.Errorf("%s: %s: got %s, want EPERM or EACCES", name, what, errno)
			}
		}
	}
}

// search looks for a word, given backwards so that it is nowhere itself, in every
// file of /proc that it can read.
func search(args []string) int {
	word := []byte(args[0])
	slices.Reverse(word)
	files := 0
	filepath.WalkDir("/proc", func(name string, d fs.DirEntry, err error) error {
		base := filepath.Base(name)
		if err != nil || !d.Type().IsRegular() || base == "kmsg" || base == "kcore" || base == "mem" || base == "pagemap" {
			return nil
		}
		f, err := os.OpenFile(name, os.O_RDONLY|unix.O_NONBLOCK, 0)
		if err != nil {
			return nil
		}
		defer f.Close()
		b, _ := io.ReadAll(io.LimitReader(f, 1<<18))
		if files++; bytes.Contains(b, word) {
			fmt.Println(name)
		}
		return nil
	})
	if files < 100 {
		fmt.Println("only", files, "files could be read")
	}
	return 0
}

func TestSecretsAreNowhereInProc(t *testing.T) {
	const secret = "xyzzy-plugh-42"
	backwards := []byte(secret)
	slices.Reverse(backwards)
	t.Setenv("SNUG_TEST_TOKEN", secret)
	if got := output(t, insider(t, "search", string(backwards))); got != "" {
		t.Errorf("found in:\n%s", got)
	}
	if got := output(t, shell("echo $SNUG_TEST_TOKEN", func(s *Spec) { s.KeepEnv = []string{"SNUG_TEST_TOKEN"} })); got != secret+"\n" {
		t.Errorf("kept: got %q", got)
	}
}

// caller starts a sandbox of the given kind, for a test that kills it.
func caller(args []string) int {
	spec := &Spec{Args: []string{"/bin/sh", "-c", `trap "" TERM HUP INT; (setsid sleep 1000 &); echo up; sleep 1000`}, Stdout: os.Stdout, Stderr: os.Stderr}
	kinds[args[0]](spec)
	if err := Run(context.Background(), spec); err != nil {
		fmt.Println(err)
		return 1
	}
	return 0
}

// deaf ignores SIGCHLD, so the kernel keeps no status for it.
func deaf(args []string) int {
	signal.Ignore(unix.SIGCHLD)
	spec := &Spec{Args: []string{"true"}}
	kinds[args[0]](spec)
	fmt.Println(Run(context.Background(), spec))
	fmt.Println("ended")
	return 0
}

func uintptrOf(p *int) uintptr { return uintptr(unsafe.Pointer(p)) }
