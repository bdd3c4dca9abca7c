package cgroupv2

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// kill kills every process in d and below: with cgroup.kill at once, without it (before
// Linux 5.14) one by one while they are frozen, so that none forks away.
func kill(d dir) error {
	err := d.write("cgroup.kill", "1")
	if errors.Is(err, unix.ENOENT) && d.has("cgroup.procs") {
		return killOneByOne(d)
	}
	if gone(err) {
		return nil
	}
	return err
}

func killOneByOne(d dir) error {
	d.write("cgroup.freeze", "1")
	defer d.write("cgroup.freeze", "0")
	text, err := d.read("cgroup.procs")
	if err != nil {
		return err
	}
	for word := range strings.FieldsSeq(text) {
		if pid, err := strconv.Atoi(word); err == nil && pid > 0 { // 0 is a process of another pid namespace
			unix.Kill(pid, unix.SIGKILL)
		}
	}
	for _, name := range below(d.path) {
		if sub, err := d.sub(name); err == nil {
			err = killOneByOne(sub)
			sub.close()
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// killTime is more than the kernel needs to take apart what a leaf held: memory that was
// swapped out takes longest.
const killTime = 10 * time.Second

// killAndWait kills and waits until nobody is left.
func killAndWait(d dir) error {
	if !populated(d) {
		return nil
	}
	if err := kill(d); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.Background(), killTime)
	defer cancel()
	if err := awaitEvent(ctx, d, "populated", "0"); err != nil && !gone(err) {
		return err
	}
	return nil
}
