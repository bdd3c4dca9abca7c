//go:build vm

package vm

import (
	"bytes"
	"context"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// A machine is running, or has been.
type machine struct {
	emulator, converter *exec.Cmd
	results             io.Reader // events of test2json
	console             console
}

// The machine has nothing that it doesn't need, and a kernel that is not unpacked inside.
// Its root file system is never written to: what is written goes to a temporary file.
var hardware = strings.Fields(`-accel tcg,thread=multi,tb-size=512 -cpu max -smp 2 -m 2048
	-M q35,usb=off,vmport=off,smbus=off,sata=off,hpet=off -nodefaults -no-user-config -display none -no-reboot
	-device nvme,drive=root,serial=root -device nvme,drive=media,serial=media
	-serial stdio -chardev file,id=results,path=/dev/fd/3 -serial chardev:results`)

const kernelArgs = "console=ttyS0 root=PARTUUID=736e7567-01 rootfstype=ext4 rootwait rw panic=-1 " +
	"mitigations=off nokaslr quiet lsm=landlock,yama systemd.show_status=no"

// boot starts the machine with the tar as its second disk. It ends with ctx, and with
// the thread that started it.
func boot(ctx context.Context, t *testing.T, image, media string) *machine {
	t.Helper()
	results, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	m := &machine{}
	m.emulator = exec.CommandContext(ctx, "qemu-system-x86_64", append(hardware,
		"-drive", "if=none,id=root,format=raw,snapshot=on,file="+filepath.Join(image, "root.img"),
		"-drive", "if=none,id=media,format=raw,readonly=on,file="+media,
		"-kernel", filepath.Join(image, "vmlinux"), "-append", kernelArgs)...)
	m.emulator.ExtraFiles = []*os.File{write}
	m.emulator.Stdout, m.emulator.Stderr = &m.console, &m.console
	m.emulator.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}

	m.converter = exec.Command("go", "tool", "test2json", "-t")
	m.converter.Stdin = results
	if m.results, err = m.converter.StdoutPipe(); err != nil {
		t.Fatal(err)
	}
	for _, cmd := range []*exec.Cmd{m.emulator, m.converter} {
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
	}
	write.Close()
	results.Close()
	return m
}

// last is the last word of test/vm/guest.
var last = regexp.MustCompile(`guest: the tests ended with status (\d+)\r?\n`)

// wait waits until the machine is off and returns the status of the tests inside, or what
// else became of it.
func (m *machine) wait() string {
	_ = m.converter.Wait()
	err := m.emulator.Wait()
	if found := last.FindStringSubmatch(m.console.text()); found != nil {
		return found[1]
	}
	if err != nil {
		return "none: " + err.Error()
	}
	return "none"
}

// A console keeps what the machine has said.
type console struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (c *console) Write(p []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.b.Write(p)
}

func (c *console) text() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.b.String()
}

// tail is its last lines: a panic of the kernel takes about forty.
func (c *console) tail() string {
	lines := strings.SplitAfter(c.text(), "\n")
	return strings.Join(lines[max(0, len(lines)-60):], "")
}

// allowed is how long the machine may run: so long that the test can still tell.
func allowed(t *testing.T) time.Duration {
	if end, ok := t.Deadline(); ok {
		return time.Until(end) - 15*time.Second
	}
	return 10 * time.Minute
}
