package seccomp

import (
	"slices"
	"strconv"
	"strings"
)

// conditions reads "CONDITION and CONDITION ...". Each may hold in several ways; what comes
// out are all combinations of ways.
func (s *statement) conditions() ([][]Cond, error) {
	all := [][]Cond{nil}
	for {
		ways, err := s.condition()
		if err != nil {
			return nil, err
		}
		var combined [][]Cond
		for _, before := range all {
			for _, c := range ways {
				combined = append(combined, append(slices.Clone(before), c))
			}
		}
		if all = combined; len(all) > 1000 {
			return nil, problem("it has more than 1000 combinations of alternatives")
		}
		if !s.take("and") {
			return all, nil
		}
		if len(all[0]) == mostConds { // every one copies those before it
			return nil, tooManyConds()
		}
	}
}

// comparison is a condition before its values are known.
type comparison struct {
	arg  uint8
	mask uint64
	part bool // the mask leaves something out
}

func (s *statement) condition() ([]Cond, error) {
	c, err := argument(s.next())
	if err != nil {
		return nil, err
	}
	if s.take("&") {
		mask, err := value(s.next())
		if err != nil {
			return nil, err
		}
		c.mask, c.part = c.mask&mask, true
	}
	op := s.next()
	if op == "within" {
		v, err := value(s.next())
		return []Cond{{Arg: c.arg, Op: MaskedEqual, Mask: c.mask &^ v}}, err
	}
	return c.compare(op, s.next())
}

// argument reads arg0 or int0.
func argument(word string) (c comparison, err error) {
	digit, whole := strings.CutPrefix(word, "arg")
	c.mask = ^uint64(0)
	if !whole {
		digit, c.part = strings.CutPrefix(word, "int")
		c.mask = Low
	}
	n, err := strconv.ParseUint(digit, 10, 8)
	if err != nil || n > 5 || !whole && !c.part || len(digit) != 1 {
		return c, problem(quoted(word), " is no argument: they are arg0 to arg5, or int0 to int5 for the lower half")
	}
	c.arg = uint8(n)
	return c, nil
}

var textOps = [...]named[Op]{
	{"==", Equal}, {"!=", NotEqual}, {"<", Less}, {"<=", LessEqual}, {">", Greater}, {">=", GreaterEqual},
}

func (c comparison) compare(word, values string) ([]Cond, error) {
	op, ok := find(textOps[:], word)
	if !ok {
		return nil, problem(quoted(word), " is no operator: they are == != < <= > >= within")
	}
	list := strings.Split(values, ",")
	if op != Equal && (c.part || len(list) > 1) {
		return nil, &Error{
			Problem: word + " compares whole arguments with one value",
			fix:     "give the opposite case its action by a statement before this one",
		}
	}
	var ways []Cond
	for _, text := range list {
		v, err := value(text)
		if err != nil {
			return nil, err
		}
		cond := Cond{Arg: c.arg, Op: op, Value: v}
		if c.part {
			cond.Op, cond.Mask = MaskedEqual, c.mask
		}
		if v&^c.mask != 0 {
			return nil, problem("it never holds: ", text, " has bits that the mask takes away")
		}
		ways = append(ways, cond)
	}
	return ways, nil
}

// value reads numbers and names of constants with | between them.
func value(text string) (v uint64, err error) {
	for part := range strings.SplitSeq(text, "|") {
		n, err := strconv.ParseUint(part, 0, 64)
		if err != nil {
			ok := false
			if n, ok = find(constants[:], part); !ok {
				return 0, unknown("constant", part, keys(constants[:]))
			}
		}
		v |= n
	}
	return v, nil
}
