package store

import (
	"os"
	"sync"

	"golang.org/x/sys/unix"
)

// logsOf are the names of a sandbox's logs, the newer first.
func logsOf(name string) []string { return []string{name + ".log", name + ".log.1"} }

// Log is what a detached sandbox prints: two files, of which the older makes room for the
// newer, so that there is never more than was allowed.
type Log struct {
	dir  *Dir
	name string
	most int64 // bytes in one file; 0 is no bound

	mu   sync.Mutex
	file *os.File
	size int64
}

// NewLog begins a log that is to have at most that many bytes; 0 is no bound.
func (d *Dir) NewLog(name string, most int64) (*Log, error) {
	l := &Log{dir: d, name: name, most: most / 2}
	for _, old := range logsOf(name) {
		unix.Unlinkat(d.fd, old, 0)
	}
	return l, l.open()
}

func (l *Log) open() error {
	f, err := l.dir.openFile(logsOf(l.name)[0], unix.O_WRONLY|unix.O_CREAT|unix.O_EXCL|unix.O_APPEND)
	if err == nil {
		l.file, l.size = f, 0
	}
	return err
}

// Write adds to the log. It never fails: where there is no room, or no file any more, what was
// printed is lost, and the sandbox goes on.
func (l *Log) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for rest := b; len(rest) > 0; {
		part := rest
		if l.most > 0 {
			if l.size >= l.most && !l.turn() {
				break
			}
			part = rest[:min(int64(len(rest)), l.most-l.size)]
		}
		n, _ := l.file.Write(part)
		l.size += int64(n)
		rest = rest[len(part):]
	}
	return len(b), nil
}

// turn makes the file the older one, and begins another. It can't where somebody has removed
// the directory.
func (l *Log) turn() bool {
	names := logsOf(l.name)
	unix.Renameat(l.dir.fd, names[0], l.dir.fd, names[1])
	old := l.file
	if l.open() != nil {
		return false
	}
	old.Close()
	return true
}

// Logs opens what there is of a sandbox's log, the older first.
func (d *Dir) Logs(name string) (files []*os.File, err error) {
	names := logsOf(name)
	for i := len(names) - 1; i >= 0; i-- {
		f, err := d.openFile(names[i], unix.O_RDONLY)
		if err == unix.ENOENT {
			continue
		}
		if err != nil {
			return nil, err
		}
		files = append(files, f)
	}
	return files, nil
}

// Reopened gives the log's newest file if it is another than f, or nil.
func (d *Dir) Reopened(name string, f *os.File) *os.File {
	now, err := d.openFile(logsOf(name)[0], unix.O_RDONLY)
	if err != nil {
		return nil
	}
	a, err1 := inodeOf(int(f.Fd()))
	b, err2 := inodeOf(int(now.Fd()))
	if err1 != nil || err2 != nil || a == b {
		now.Close()
		return nil
	}
	return now
}

// LogOf is the path of a sandbox's log.
func (d *Dir) LogOf(name string) string { return d.path + "/" + logsOf(name)[0] }
