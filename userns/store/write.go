package store

import (
	"strconv"
	"strings"
	"sync/atomic"

	"golang.org/x/sys/unix"
)

// newPrefix begins the name of a record on its way.
const newPrefix = ".new-"

var newCount atomic.Int64

// put writes r under a name that is nobody's.
func (d *Dir) put(r *Record) (name string, err error) {
	r.Schema = Schema
	b, err := r.encode()
	if err != nil {
		return "", err
	}
	name = newPrefix + strconv.Itoa(unix.Getpid()) + "-" + strconv.FormatInt(newCount.Add(1), 10)
	fd, err := unix.Openat(d.fd, name, unix.O_WRONLY|unix.O_CREAT|unix.O_EXCL|unix.O_NOFOLLOW|unix.O_CLOEXEC, 0o600)
	if err == unix.EEXIST { // of somebody who had this number, and was killed at it
		unix.Unlinkat(d.fd, name, 0)
		fd, err = unix.Openat(d.fd, name, unix.O_WRONLY|unix.O_CREAT|unix.O_EXCL|unix.O_NOFOLLOW|unix.O_CLOEXEC, 0o600)
	}
	if err != nil {
		return "", err
	}
	defer unix.Close(fd)
	if _, err = unix.Write(fd, b); err != nil {
		unix.Unlinkat(d.fd, name, 0)
	}
	return name, err
}

// Put writes r, in the place of what there was.
func (d *Dir) Put(r *Record) error {
	name, err := d.put(r)
	if err != nil {
		return err
	}
	r.file = fileOf(r)
	if err = unix.Renameat(d.fd, name, d.fd, r.file); err != nil {
		unix.Unlinkat(d.fd, name, 0)
	}
	return err
}

// Claim writes r, which has a name, unless there is a sandbox of that name: EEXIST.
// What has been left by one that was killed is removed.
func (d *Dir) Claim(r *Record) error {
	name, err := d.put(r)
	if err != nil {
		return err
	}
	defer unix.Unlinkat(d.fd, name, 0)
	r.file = fileOf(r)
	for {
		if err = unix.Linkat(d.fd, name, d.fd, r.file, 0); err != unix.EEXIST {
			return err
		}
		old, err := d.read(r.file)
		switch {
		case err == unix.ENOENT: // just removed
		case err != nil || old.Detached || old.State() != Lost:
			return unix.EEXIST
		default:
			if err := d.Remove(old); err != nil {
				return err
			}
		}
	}
}

// Remove removes a record that was read, or written, with its logs: if the record with its
// name is that sandbox's still, and not another's who has taken the name meanwhile. Then there
// is nothing to be done. (The number of the file is not enough to tell: the next file may get
// it.)
func (d *Dir) Remove(r *Record) error {
	aside := newPrefix + strconv.Itoa(unix.Getpid()) + "-" + strconv.FormatInt(newCount.Add(1), 10)
	err := unix.Renameat(d.fd, r.file, d.fd, aside)
	if err == unix.ENOENT {
		return nil
	}
	if err != nil {
		return err
	}
	if there, err := d.decode(aside); err == nil && !r.same(there) {
		return unix.Renameat2(d.fd, aside, d.fd, r.file, unix.RENAME_NOREPLACE)
	}
	if r.Named {
		for _, log := range logsOf(r.Name) {
			unix.Unlinkat(d.fd, log, 0)
		}
	}
	return unix.Unlinkat(d.fd, aside, 0)
}

// FileOf is the path under which [Dir.Put] writes a record.
func (d *Dir) FileOf(r *Record) string {
	return d.path + "/" + fileOf(r)
}

// isRecord says whether a file's name is a record's.
func isRecord(name string) bool {
	return strings.HasSuffix(name, recordSuffix) && !strings.HasPrefix(name, newPrefix)
}
