package main

import (
	"bytes"
	"io"
	"os"
	"strconv"
	"time"

	"golang.org/x/sys/unix"

	"snug/userns"
	"snug/userns/store"
)

// logsCmd is `snug logs`.
type logsCmd struct {
	Sandbox string `arg:"" placeholder:"SANDBOX" help:"Its name or the beginning of it, or the number of a process of it."`
	Follow  bool   `short:"f" help:"Go on until it has ended."`
	Tail    string `short:"n" placeholder:"N" help:"Only the last N lines."`
}

// Run does `snug logs`.
func (c *logsCmd) Run() int {
	if err := c.print(os.Stdout); err != nil {
		report(os.Stderr, err)
		if _, usage := err.(*valueError); usage {
			return exitFailed
		}
		return 1
	}
	return 0
}

func (c *logsCmd) print(w io.Writer) error {
	lines := -1
	if c.Tail != "" {
		n, err := strconv.Atoi(c.Tail)
		if err != nil || n < 0 {
			return &valueError{"tail", c.Tail, "a number of lines"}
		}
		lines = n
	}
	k, err := readRecords()
	if err != nil {
		return err
	}
	defer k.dir.Close()
	r, err := k.find(c.Sandbox)
	if err != nil {
		return err
	}
	if !r.Detached {
		return &userns.Error{Do: "print the log of", On: r.Name, Err: unix.ENODATA,
			Why: "it has none: it runs in the foreground, and prints where it was started", Fix: "start it with --detach"}
	}
	files, err := k.dir.Logs(r.Name)
	if err != nil {
		return noRecords(err)
	}
	for i := range files {
		defer files[i].Close()
	}
	if err := printTail(w, files, lines); err != nil || !c.Follow || len(files) == 0 {
		return quiet(err)
	}
	return quiet(follow(w, k, r, files[len(files)-1]))
}

// quiet is no error where the reader has had enough.
func quiet(err error) error {
	if cause(err) == unix.EPIPE {
		return nil
	}
	return err
}

// printTail prints the last lines of all files together, or all if lines is negative.
func printTail(w io.Writer, files []*os.File, lines int) error {
	if lines >= 0 {
		if err := seekTail(files, lines); err != nil {
			return err
		}
	}
	for _, f := range files {
		if _, err := io.Copy(w, f); err != nil {
			return err
		}
	}
	return nil
}

// seekTail goes back from the end by that many lines: to their beginning in one file, to the
// beginning in those behind it, and to the end of those before.
func seekTail(files []*os.File, lines int) error {
	for i := len(files) - 1; i >= 0; i-- {
		at, left, err := lastLines(files[i], lines, i == len(files)-1)
		if err != nil {
			return err
		}
		if _, err := files[i].Seek(at, io.SeekStart); err != nil {
			return err
		}
		lines = left
	}
	return nil
}

// lastLines says where the last lines of a file begin, and how many are missing. The end of the
// last line of all is no line of its own.
func lastLines(f *os.File, lines int, last bool) (at int64, left int, err error) {
	end, err := f.Seek(0, io.SeekEnd)
	if err != nil || lines == 0 {
		return end, 0, err
	}
	const block = 64 << 10
	b := make([]byte, block)
	for at = end; at > 0; {
		n := min(at, block)
		at -= n
		if _, err := f.ReadAt(b[:n], at); err != nil && err != io.EOF {
			return 0, 0, err
		}
		for rest := b[:n]; ; {
			i := bytes.LastIndexByte(rest, '\n')
			if i < 0 {
				break
			}
			rest = rest[:i]
			if last && at+int64(i) == end-1 {
				continue
			}
			if lines--; lines == 0 {
				return at + int64(i) + 1, 0, nil
			}
		}
	}
	return 0, lines, nil
}

// follow goes on until the sandbox has ended. The file may become the older one meanwhile.
func follow(w io.Writer, k *known, r *store.Record, f *os.File) error {
	for {
		over := r.Over() // before the last is read
		if now, err := k.dir.Read(r); err == nil {
			over = now.Over()
		}
		if _, err := io.Copy(w, f); err != nil {
			return err
		}
		if next := k.dir.Reopened(r.Name, f); next != nil {
			// What came between the two looks is in the old one.
			if _, err := io.Copy(w, f); err != nil {
				return err
			}
			f = next
			defer next.Close()
			continue
		}
		if over {
			return nil
		}
		time.Sleep(100 * time.Millisecond)
	}
}

// Help is what `snug logs --help` says besides the flags.
func (*logsCmd) Help() string {
	return `What a detached sandbox writes to standard output and standard error, in the order in which it did, as it is: a terminal takes it for what it says. The last 16M of it are kept (--log-max).

Exit status: 0; 1 there is no such sandbox, or it has no log; 125 the line was not understood.`
}
