package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"snug/userns"
	"snug/userns/rootfs"
)

// all is the tour: how a container is made, with nothing but what an ordinary
// user may do.
func (t *tour) all() (err error) {
	if t.dir, err = os.MkdirTemp("", "snug-demo-"); err != nil {
		return err
	}
	fmt.Println("A tour of Linux namespaces. Every command is run for real, as you; nothing needs root.")
	for _, stop := range []func(){
		t.kernel, t.namespaces, t.who, t.become, t.numbers, t.uidMap, t.cannot, t.many, t.seen, t.freezer,
	} {
		stop()
	}
	fmt.Println("\nThat was it. Everything inside is gone: each sandbox ended with its command.")
	return nil
}

func (t *tour) kernel() {
	t.step("The kernel", "Namespaces are a thing of the kernel; snug asks for them and needs nothing installed for it.")
	t.show(outside, "uname -sr")
}

func (t *tour) namespaces() {
	t.step("Every process is in namespaces already", "The number behind each name says which one. Processes with the same number see the same things.")
	t.show(outside, "ls -l /proc/self/ns | awk 'NR > 1 { print $9, $10, $11 }'")
}

func (t *tour) who() {
	t.step("Who you are", "An ordinary user, with no capability at all.")
	t.show(outside, "id")
	t.show(outside, "grep CapEff /proc/self/status")
}

func (t *tour) become() {
	t.step("Becoming root without being it", "In a new user namespace your own uid can be called 0. It is root there, over what belongs to that namespace.")
	t.show(asRoot, "id")
	t.show(asRoot, "grep CapEff /proc/self/status")
}

// numbers sets the two sides next to each other.
func (t *tour) numbers() {
	t.step("The new namespaces beside the old", "Seven new ones: another number is another world.")
	const line = "for n in user mnt pid ipc uts cgroup net; do echo $n $(readlink /proc/self/ns/$n | tr -cd 0-9); done"
	fmt.Printf("\n%s%s\n", prompts[outside], line)
	fmt.Printf("%s%s\n", prompts[asRoot], line)
	inside := strings.Split(t.output(asRoot, line), "\n")
	fmt.Printf("%-8s %-12s %s\n", "", "outside", "inside")
	for i, row := range strings.Split(t.output(outside, line), "\n") {
		name, number, _ := strings.Cut(row, " ")
		if i < len(inside) {
			_, other, _ := strings.Cut(inside[i], " ")
			fmt.Printf("%-8s %-12s %s\n", name, number, other)
		}
	}
}

func (t *tour) uidMap() {
	t.step("The map", fmt.Sprintf("One line says it all: 0 inside is %d outside, for 1 id.", os.Geteuid()))
	t.show(asRoot, "cat /proc/self/uid_map")
}

// cannot shows four things that root can and this one can't.
func (t *tour) cannot() {
	t.step("What this root can't do", "Its power ends where its namespaces do.")
	etc := rootfs.Mount{Source: "/etc", Target: "/etc", Flag: "--rw"}
	fmt.Println("\n   A file of the host's root: its owner has no number in the map, so here it is nobody's, and not yours.")
	t.show(asRoot, "ls -l /etc/passwd; echo evil >> /etc/passwd", etc)
	fmt.Println("\n   A disk: the device belongs to the machine's own namespace, and so does the right to mount it.")
	t.disk()
	fmt.Println("\n   The clock: there is one for the whole machine.")
	t.show(asRoot, "date -s 2001-01-01 >/dev/null")
	fmt.Println("\n   Other processes: the new pid namespace has none but its own. This is all there is:")
	t.show(asRoot, "for p in /proc/[0-9]*; do echo ${p#/proc/} $(tr '\\0' ' ' <$p/cmdline | cut -c1-60); done")
	fmt.Println("\n   And snug itself, outside, has no number that could be signalled:")
	t.show(asRoot, "kill -0 "+strconv.Itoa(os.Getpid()))
}

// disk tries to mount a real disk, if there is one to be seen.
func (t *tour) disk() {
	blocks, _ := filepath.Glob("/sys/class/block/*")
	for _, b := range blocks {
		dev := "/dev/" + filepath.Base(b)
		if st, err := os.Stat(dev); err == nil && st.Mode()&os.ModeDevice != 0 {
			t.show(asRoot, "mount -t ext4 "+dev+" /mnt", rootfs.Mount{Source: dev, Target: dev, Devices: true, Flag: "--dev-bind"})
			return
		}
	}
	t.show(asRoot, "mknod /tmp/disk b 8 0")
}

// many is the same with subordinate ids.
func (t *tour) many() {
	t.step("More than one id", "One id makes a poor system: chown fails, package managers give up. /etc/subuid grants you a range more,\nand newuidmap, a small setuid helper, writes it into the map. Still no root.")
	t.show(outside, "grep ^$(id -un): /etc/subuid /etc/subgid")
	t.show(asMany, "cat /proc/self/uid_map")
	t.show(asMany, "touch file && chown 1:1 file && ls -ln file")
	fmt.Println("\n   The same file from outside: owned by the first of your subordinate ids.")
	t.show(outside, "ls -ln file")
}

// seen looks at a running sandbox from the host.
func (t *tour) seen() {
	t.step("What the host sees of it", "A process like any other, with its own number and your uid. NSpid has both numbers: the host's, and the one inside.")
	spec := t.spec(asRoot, "echo; read line")
	in, hold, err := os.Pipe()
	if err != nil {
		return
	}
	defer in.Close()
	ready, out, err := os.Pipe()
	if err != nil {
		hold.Close()
		return
	}
	defer ready.Close()
	spec.Stdin, spec.Stdout = in, out
	fmt.Printf("\n%ssh -c 'read line' &\n", prompts[asRoot])
	sandbox, err := userns.Start(context.Background(), spec)
	out.Close()
	if err != nil {
		hold.Close()
		report(os.Stdout, err)
		return
	}
	ready.Read(make([]byte, 1)) // the shell runs
	t.look(sandbox.Pid())
	hold.Close() // the end of its input ends it
	sandbox.Wait()
}

// look prints what /proc says of the child of pid 1.
func (t *tour) look(pid1 int) {
	pid := t.output(outside, fmt.Sprintf("grep -l '^PPid:[[:space:]]*%d$' /proc/[0-9]*/status 2>/dev/null | head -n 1 | cut -d/ -f3", pid1))
	if pid == "" {
		pid = strconv.Itoa(pid1)
	}
	t.show(outside, "grep -E '^(Name|NSpid|Uid):' /proc/"+pid+"/status")
	t.show(outside, "cat /proc/"+pid+"/uid_map")
}
