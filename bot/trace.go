package bot

import (
	"context"

	"github.com/rs/zerolog"

	"inactivebot/storage"
)

// withStep returns ctx with a logger that names one step of a batch.
func withStep(ctx context.Context, st storage.Step) context.Context {
	ctx = withRequestID(ctx)
	return zerolog.Ctx(ctx).With().Uint64("batch", st.BatchID).Str("account", st.AccountID).Logger().WithContext(ctx)
}
