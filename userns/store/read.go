package store

import (
	"cmp"
	"encoding/json"
	"errors"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// largest is more than a record ever has.
const largest = 4 << 20

// errForeign is a file that this version didn't write.
var errForeign = errors.New("not a record of this version")

// read reads one record.
func (d *Dir) read(file string) (*Record, error) {
	r, err := d.decode(file)
	if err == nil && fileOf(r) != file {
		return nil, errForeign
	}
	return r, err
}

// decode reads one under whatever name.
func (d *Dir) decode(file string) (*Record, error) {
	f, err := d.openFile(file, unix.O_RDONLY)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, largest))
	if err != nil {
		return nil, err
	}
	r := &Record{file: file}
	if json.Unmarshal(b, r) != nil || r.Schema != Schema || r.Name == "" {
		return nil, errForeign
	}
	return r, nil
}

// All reads every record, the oldest sandbox first. What was left by sandboxes that were
// killed is removed, but for detached ones: somebody may want to know of these.
func (d *Dir) All() ([]*Record, error) {
	names, err := d.names()
	if err != nil {
		return nil, err
	}
	var all []*Record
	for _, name := range names {
		if strings.HasPrefix(name, newPrefix) {
			d.sweep(name)
			continue
		}
		r, err := d.read(name)
		if !isRecord(name) || err != nil { // gone, or of another version
			continue
		}
		if !r.Detached && r.State() == Lost {
			if err := d.Remove(r); err != nil {
				return nil, err
			}
			continue
		}
		all = append(all, r)
	}
	slices.SortStableFunc(all, func(a, b *Record) int {
		return cmp.Or(a.Created.Compare(b.Created), strings.Compare(a.Name, b.Name))
	})
	return all, nil
}

func (d *Dir) names() ([]string, error) {
	// A descriptor of its own: a directory's position is that of all who share it.
	fd, err := unix.Openat(d.fd, ".", unix.O_RDONLY|unix.O_DIRECTORY|unix.O_CLOEXEC, 0)
	if err != nil {
		return nil, err
	}
	f := os.NewFile(uintptr(fd), d.path)
	defer f.Close()
	return f.Readdirnames(-1)
}

// sweep removes a record that never got its name: it takes microseconds to get it.
func (d *Dir) sweep(name string) {
	var st unix.Stat_t
	if unix.Fstatat(d.fd, name, &st, unix.AT_SYMLINK_NOFOLLOW) == nil && time.Since(time.Unix(st.Mtim.Unix())) > time.Minute {
		unix.Unlinkat(d.fd, name, 0)
	}
}

// Find chooses among records: by the name, by the number of the keeper or of pid 1, or by the
// beginning of the name, if there is one only. It returns all that fit.
func Find(all []*Record, id string) (found []*Record) {
	pid, err := strconv.Atoi(id)
	number := err == nil
	for _, r := range all {
		switch {
		case r.Name == id:
			return append(found[:0:0], exact(all, id)...)
		case number && (r.Keeper.Pid == pid || r.Init.Pid == pid) && !r.Over():
			return []*Record{r}
		case !number && id != "" && strings.HasPrefix(r.Name, id):
			found = append(found, r)
		}
	}
	return found
}

// exact are those of that name: two, if somebody has chosen a name that another was given.
func exact(all []*Record, name string) (found []*Record) {
	for _, r := range all {
		if r.Name == name {
			found = append(found, r)
		}
	}
	return found
}

// Read reads a record once more. ENOENT says that it is gone.
func (d *Dir) Read(r *Record) (*Record, error) {
	now, err := d.read(r.file)
	if err == nil && !now.same(r) {
		return nil, unix.ENOENT // another's, of the same name
	}
	return now, err
}
