package cgroupv2_test

import (
	"context"
	"fmt"
	"os/exec"
	"syscall"

	"snug/cgroupv2"
)

// One scope for a process that runs many commands, each with limits of its own.
func Example() {
	ctx := context.Background()
	limits := cgroupv2.Limits{Memory: 64 << 20, CPUs: 0.5}
	tree, err := cgroupv2.Open(ctx, cgroupv2.TreeOptions{Name: "example", Controllers: limits.Controllers()})
	if err != nil {
		fmt.Println(err) // a *cgroupv2.Error says Cause and Hint, too
		return
	}
	defer tree.Close()
	leaf, err := tree.NewLeaf(cgroupv2.LeafOptions{Limits: limits})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer leaf.Close()

	cmd := exec.Command("sh", "-c", `x=$(head -c 100M /dev/zero | tr '\0' x); echo has 100M`)
	if fd := leaf.FD(); fd >= 0 {
		cmd.SysProcAttr = &syscall.SysProcAttr{UseCgroupFD: true, CgroupFD: fd}
		err = cmd.Run()
	} else if err = cmd.Start(); err == nil { // the kernel wants it moved by systemd
		if err = leaf.Place(ctx, cmd.Process.Pid); err == nil {
			err = cmd.Wait()
		}
	}
	if stats, failed := leaf.Stats(); failed == nil {
		fmt.Println(err, "-", stats.Verdict())
	}
}

func ExampleParseSize() {
	for _, word := range []string{"64M", "1.5GiB", "25%", "max", "64 bananas"} {
		size, err := cgroupv2.ParseSize(word, 8<<30)
		if err != nil {
			fmt.Println(err)
			continue
		}
		fmt.Println(word, "is", size)
	}
	// Output:
	// 64M is 67108864
	// 1.5GiB is 1610612736
	// 25% is 2147483648
	// max is max
	// read size "64 bananas": invalid limit
}

func ExampleLimits_Lines() {
	limits := cgroupv2.Limits{Memory: 64 << 20, CPUs: 1.5, PIDs: 100}
	for _, line := range limits.Lines() {
		fmt.Println(line)
	}
	// Output:
	// memory.swap.max 0
	// memory.max 67108864
	// memory.oom.group 1
	// pids.max 100
	// cpu.max 150000 100000
}
