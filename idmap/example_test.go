package idmap_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"strings"
	"syscall"

	"snug/idmap"
)

// Whose is a file that a container's user 42 made?
func Example() {
	m, err := idmap.Auto(1000, []idmap.Range{{Start: 100000, Count: 65536}})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Print(m.Procfs())
	outer, _ := m.ToOuter(42)
	_, mapped := m.ToInner(0)
	fmt.Println("42 is", outer, "outside; root of outside is there:", mapped)
	fmt.Println("newuidmap has to write it:", m.NeedsHelper(1000))
	// Output:
	// 0 1000 1
	// 1 100000 65536
	// 42 is 100041 outside; root of outside is there: false
	// newuidmap has to write it: true
}

// A process in a user namespace of its own gets the ids that the system grants to the user.
func ExampleWrite() {
	cmd := exec.Command("cat") // waits for the end of its input
	cmd.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWUSER}
	in, _ := cmd.StdinPipe()
	if err := cmd.Start(); err != nil {
		fmt.Println(err)
		return
	}
	defer cmd.Wait()
	defer in.Close()

	maps := map[idmap.Kind]idmap.Map{}
	for kind, own := range map[idmap.Kind]int{idmap.UIDs: os.Getuid(), idmap.GIDs: os.Getgid()} {
		ranges, err := idmap.Subordinate(kind, myself())
		if err == nil {
			maps[kind], err = idmap.Auto(uint32(own), ranges)
		}
		if err != nil {
			fmt.Println(err) // it says Cause and Hint, too
			return
		}
	}
	if err := idmap.Write(context.Background(), cmd.Process.Pid, maps[idmap.UIDs], maps[idmap.GIDs]); err != nil {
		fmt.Println(err)
		return
	}
	written, _ := os.ReadFile(fmt.Sprintf("/proc/%d/uid_map", cmd.Process.Pid))
	fmt.Println("root inside is the user:", strings.Fields(string(written))[1] == fmt.Sprint(os.Getuid()))
	// Output: root inside is the user: true
}

func myself() idmap.User {
	u, err := user.Current()
	if err != nil {
		return idmap.User{UID: uint32(os.Getuid())}
	}
	return idmap.User{Name: u.Username, UID: uint32(os.Getuid())}
}
