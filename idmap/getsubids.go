package idmap

import (
	"context"
	"fmt"
	"io/fs"
	"strconv"
	"strings"
	"time"
)

// getsubidsPatience ends a look-up in a directory service that does not answer.
const getsubidsPatience = 10 * time.Second

// ask looks a user up through the plug-in.
func (s Source) ask(k Kind, u User, module string) ([]Range, error) {
	name := u.Name
	if name == "" {
		name = strconv.FormatUint(uint64(u.UID), 10)
	}
	get := s.Getsubids
	if get == nil {
		get = runGetsubids
	}
	out, err := get(k, name)
	if err != nil {
		return nil, &QueryError{Kind: k, Name: name, Module: module, Err: err}
	}
	ranges, err := parseGetsubids(out)
	if err == nil && len(ranges) == 0 {
		err = &NoSubordinateIDsError{User: u, Kind: k, Source: module, Both: true}
	}
	return ranges, err
}

// runGetsubids gives no output and no error for a user without ids: getsubids
// then says "Error fetching ranges", and says it also if the plug-in is at a
// loss, so that the two can't be told apart (shadow 4.13).
func runGetsubids(k Kind, name string) (string, error) {
	path := systemDirs.find("getsubids")
	if path == "" {
		return "", fs.ErrNotExist
	}
	ctx, cancel := context.WithTimeout(context.Background(), getsubidsPatience)
	defer cancel()
	args := []string{name}
	if k == GIDs {
		args = []string{"-g", name}
	}
	cmd, stderr := command(ctx, path, args...)
	stdout, err := cmd.Output()
	switch {
	case err == nil:
		return string(stdout), nil
	case ctx.Err() != nil:
		return "", fmt.Errorf("no answer within %s: %w", getsubidsPatience, ctx.Err())
	case strings.HasSuffix(stderr.String(), "Error fetching ranges"):
		return "", nil
	}
	return "", fmt.Errorf("%w, saying %s", err, quote(stderr.String()))
}
