package confine

import (
	"os"
	"testing"

	"snug/test/script/built"
)

func TestMain(m *testing.M) { os.Exit(built.Main(m, built.Snug, built.Scout)) }
