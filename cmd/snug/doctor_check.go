package main

import "fmt"

// state is the answer to a question about the machine.
type state int

// The answers. What isn't known is no no: a probe may be refused where the thing itself
// would not be.
const (
	unknown state = iota
	yes
	no
)

// MarshalText is for JSON.
func (s state) MarshalText() ([]byte, error) {
	return []byte([...]string{"unknown", "yes", "no"}[s]), nil
}

// mark is for people.
func (s state) mark() string { return [...]string{"?", "yes", "no"}[s] }

// check is one thing that snug needs or can use.
type check struct {
	Name     string `json:"name"`
	Question string `json:"question"`
	State    state  `json:"state"`
	Detail   string `json:"detail,omitempty"` // what was found
	Lost     string `json:"lost,omitempty"`   // what can't be done without it
	Cause    string `json:"cause,omitempty"`
	Fix      string `json:"fix,omitempty"`
}

// group is checks that are about one use.
type group struct {
	title  string
	checks []check
}

// is answers yes.
func (c check) is(format string, args ...any) check {
	c.State, c.Detail, c.Lost = yes, fmt.Sprintf(format, args...), ""
	return c
}

// isnt answers no, for a cause that is known.
func (c check) isnt(detail, cause, fix string) check {
	c.State, c.Detail, c.Cause, c.Fix = no, detail, cause, fix
	return c
}

// open leaves the question open.
func (c check) open(detail string) check {
	c.State, c.Detail = unknown, detail
	return c
}

// failed answers with an error, which has cause and fix itself. One that only says that
// there was no time to wait for the answer is none.
func (c check) failed(err error) check {
	c = c.isnt(err.Error(), causeOf(err), hintOf(err))
	if late(err) {
		c.State = unknown
	}
	return c
}

// answer is yes without an error.
func (c check) answer(err error, format string, args ...any) check {
	if err != nil {
		return c.failed(err)
	}
	return c.is(format, args...)
}
