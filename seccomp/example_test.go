package seccomp_test

import (
	"fmt"
	"log"
	"os"
	"os/exec"
	"strings"

	"golang.org/x/sys/unix"

	"snug/seccomp"
)

// A profile of one's own, compiled for two architectures.
func ExampleCompile() {
	p, err := seccomp.Load(strings.NewReader(`
default errno ENOSYS
allow read write exit_group
allow socket if int0 == AF_UNIX
errno EPERM mount umount2
`))
	if err != nil {
		log.Fatal(err)
	}
	for _, arch := range []seccomp.Arch{seccomp.ArchAMD64, seccomp.ArchARM64} {
		f, err := seccomp.Compile(p, seccomp.Target{Arches: []seccomp.Arch{arch}})
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(arch, f.Len(), "instructions")
	}
	// Output:
	// amd64 14 instructions
	// arm64 15 instructions
}

// Docker's JSON loads as it is. What is wrong with a profile is an error with its place; a
// hint says what may have been meant.
func ExampleLoad() {
	_, err := seccomp.Load(strings.NewReader(`{
	"defaultAction": "SCMP_ACT_ERRNO",
	"syscalls": [{"names": ["read", "wirte"], "action": "SCMP_ACT_ALLOW"}]
}`))
	fmt.Println(err)
	if e, ok := err.(*seccomp.Error); ok {
		fmt.Println(e.Hint())
	}
	// Output:
	// seccomp profile: syscalls[0]: unknown system call "wirte"
	// did you mean write?
}

// The default profile with one call more, for a container tool that takes a file of
// instructions: bwrap --seccomp 3 3<FILE.
func ExampleProfile_Prepend() {
	p, err := seccomp.DefaultProfile(seccomp.Strict)
	if err != nil {
		log.Fatal(err)
	}
	p.Prepend(seccomp.Rule{Names: []string{"perf_event_open"}, Action: seccomp.Allow})
	f, err := seccomp.Compile(p, seccomp.Target{Arches: []seccomp.Arch{seccomp.ArchAMD64}})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(len(f.Bytes(seccomp.ArchAMD64))/8 == f.Len())
	// Output: true
}

// A program confines itself before it starts another. This one does it in a child, since
// there is no way back.
func ExampleFilter_InstallAll() {
	if os.Getenv("SECCOMP_EXAMPLE") == "child" {
		confined()
		return
	}
	child := exec.Command("/proc/self/exe", "-test.run=^ExampleFilter_InstallAll$")
	child.Env = []string{"SECCOMP_EXAMPLE=child"}
	child.Stderr = os.Stdout
	_ = child.Run() // the status is that of the test program
	// Output:
	// mount: operation not permitted
	// keyctl: function not implemented
}

func confined() {
	f, ok := seccomp.Default(seccomp.Strict, seccomp.Native())
	if !ok {
		log.Fatal("no filter for this architecture")
	}
	if err := f.InstallAll(); err != nil {
		log.Fatal(err)
	}
	fmt.Fprintln(os.Stderr, "mount:", unix.Mount("none", "/mnt", "tmpfs", 0, ""))
	_, err := unix.KeyctlGetKeyringID(unix.KEY_SPEC_SESSION_KEYRING, false)
	fmt.Fprintln(os.Stderr, "keyctl:", err)
}
