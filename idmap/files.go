package idmap

import (
	"cmp"
	"errors"
	"io/fs"
	"slices"

	"golang.org/x/sys/unix"
)

// read looks a user up in the file.
func (s Source) read(k Kind, u User) ([]Range, error) {
	f, err := s.open(k)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, s.noneInFile(k, u, unix.ENOENT)
	}
	if err != nil {
		return nil, &ReadError{Path: k.file(), Err: errnoOf(err)}
	}
	defer f.Close()
	ranges, err := ParseSubordinate(f, k.file(), u)
	if err == nil && len(ranges) == 0 {
		return nil, s.noneInFile(k, u, nil)
	}
	return ranges, err
}

func (s Source) open(k Kind) (fs.File, error) { return s.files().Open(k.file()[1:]) }

// noneInFile looks around for the advice: has the user ids of the other kind,
// and which ids are still free?
func (s Source) noneInFile(k Kind, u User, err error) error {
	e := &NoSubordinateIDsError{User: u, Kind: k, Source: k.file(), Both: true, Err: err}
	s.each(k.other(), func(owner []byte, _ Range) { e.Both = e.Both && !u.owns(owner) })
	e.Free = s.free()
	return e
}

// free suggests ids to grant, the same for users and for groups.
func (s Source) free() Range {
	var taken []Range
	for _, k := range []Kind{UIDs, GIDs} {
		s.each(k, func(_ []byte, g Range) { taken = append(taken, g) })
	}
	return firstFree(taken)
}

// each visits the grants of a file as far as it can be read: it serves advice.
func (s Source) each(k Kind, visit func(owner []byte, g Range)) {
	if f, err := s.open(k); err == nil {
		defer f.Close()
		_ = scan(f, k.file(), visit)
	}
}

// firstFree gives the first range that no line has. Never suggest one that
// another user has: the two could then enter each other's sandboxes.
func firstFree(taken []Range) Range {
	free := Range{Start: firstSubordinate, Count: 65536}
	slices.SortFunc(taken, func(a, b Range) int { return cmp.Compare(a.Start, b.Start) })
	for _, r := range taken {
		if end := uint64(r.Start) + uint64(r.Count); r.intersects(free) {
			free.Start = uint32(min(end, noID-uint64(free.Count)))
		}
	}
	return free
}
