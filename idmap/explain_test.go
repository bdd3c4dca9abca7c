package idmap

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// explained is what every error of the package offers.
type explained interface {
	error
	Cause() string
	Hint() string
	Unwrap() error
}

var _ = []explained{
	(*SyntaxError)(nil), (*MapError)(nil), (*UnmappedError)(nil), (*NotGrantedError)(nil),
	(*NoSubordinateIDsError)(nil), (*ReadError)(nil), (*QueryError)(nil), (*HelperError)(nil),
}

// texts are the three things that a user gets to read.
type texts struct{ Error, Cause, Hint string }

func textsOf(t *testing.T, err error) texts {
	t.Helper()
	e, ok := errors.AsType[explained](err)
	if !ok {
		t.Fatalf("error %v (%T) has no Cause and Hint", err, err)
	}
	return texts{e.Error(), e.Cause(), e.Hint()}
}

func checkTexts(t *testing.T, err error, want texts) {
	t.Helper()
	if diff := cmp.Diff(want, textsOf(t, err)); diff != "" {
		t.Errorf("texts (-want +got):\n%s", diff)
	}
}
