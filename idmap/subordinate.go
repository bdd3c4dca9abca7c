package idmap

import (
	"bufio"
	"io"
)

// User is the one to whom ids are granted.
type User struct {
	Name string
	UID  uint32
	GID  uint32
}

// owns tells if a line of /etc/subuid or /etc/subgid is the user's: it begins
// with his name or his uid, in both files. "01001" is nobody's, as for shadow.
func (u User) owns(owner []byte) bool {
	if u.Name != "" && string(owner) == u.Name {
		return true
	}
	uid, problem := parseNumber(owner)
	return problem == "" && uid == u.UID
}

// ParseSubordinate reads subuid(5) or subgid(5), which name is in errors, and
// gives the ranges of the user in the order of the file; none is not an error.
//
// Any line that is neither blank, nor a comment, nor NAME:START:COUNT is an
// error, [SyntaxError], also if it is another user's.
func ParseSubordinate(r io.Reader, name string, u User) ([]Range, error) {
	var ranges []Range
	err := scan(r, name, func(owner []byte, g Range) {
		if u.owns(owner) {
			ranges = grant(ranges, g)
		}
	})
	if err != nil {
		return nil, err
	}
	return ranges, nil
}

// scan calls visit for each grant, up to the first line that is malformed. It
// does not allocate for lines in order: servers have many thousands of them.
func scan(r io.Reader, name string, visit func(owner []byte, g Range)) error {
	lines := bufio.NewReader(r)
	for number := 1; ; number++ {
		line, err := lines.ReadSlice('\n')
		if len(line) > 0 {
			owner, g, problem := parseGrant(line)
			if problem != "" {
				return grantError(name, number, line, problem)
			}
			if owner != nil {
				visit(owner, g)
			}
		}
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return &ReadError{Path: name, Err: errnoOf(err)}
		}
	}
}
