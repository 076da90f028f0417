-- The tables as flux-bot made them before there were migrations.

CREATE TABLE jobs (
    id VARCHAR(40) NOT NULL,
    callback_secret VARCHAR(80) NOT NULL,
    status VARCHAR(20) NOT NULL,
    action VARCHAR(20) NOT NULL,
    prompt TEXT NOT NULL,
    model VARCHAR(100) NOT NULL,
    size VARCHAR(40) NOT NULL,
    count INTEGER NOT NULL,
    image_url TEXT,
    private BOOLEAN NOT NULL,
    user_id BIGINT NOT NULL,
    channel_id BIGINT NOT NULL,
    guild_id BIGINT,
    locale VARCHAR(20) NOT NULL,
    interaction_token TEXT,
    token_expires_at DOUBLE PRECISION NOT NULL,
    upload_limit BIGINT NOT NULL,
    can_post BOOLEAN NOT NULL,
    accepted_at DOUBLE PRECISION NOT NULL,
    turn INTEGER NOT NULL,
    card VARCHAR(20) NOT NULL,
    reply_message_id BIGINT,
    failed_submissions INTEGER DEFAULT '0' NOT NULL,
    submitted_at DOUBLE PRECISION,
    deadline_at DOUBLE PRECISION,
    task_id VARCHAR(200),
    trace_id VARCHAR(200),
    next_lookup_at DOUBLE PRECISION,
    images JSON,
    failure_code VARCHAR(200),
    failure_message TEXT,
    finished_at DOUBLE PRECISION,
    next_delivery_at DOUBLE PRECISION,
    delivery_attempts INTEGER DEFAULT '0' NOT NULL,
    kept_at DOUBLE PRECISION,
    delivered_at DOUBLE PRECISION,
    result_message_id BIGINT,
    PRIMARY KEY (id)
);

CREATE INDEX ix_jobs_deadline ON jobs (deadline_at) WHERE deadline_at IS NOT NULL;

CREATE INDEX ix_jobs_delivery ON jobs (next_delivery_at) WHERE next_delivery_at IS NOT NULL;

CREATE INDEX ix_jobs_kept ON jobs (kept_at) WHERE kept_at IS NOT NULL;

CREATE INDEX ix_jobs_lookup ON jobs (next_lookup_at) WHERE next_lookup_at IS NOT NULL;

CREATE INDEX ix_jobs_queue ON jobs (status, turn, accepted_at);

CREATE INDEX ix_jobs_task_id ON jobs (task_id);

CREATE INDEX ix_jobs_user ON jobs (status, user_id, turn);

CREATE INDEX ix_jobs_usual_time ON jobs (model, finished_at);

CREATE TABLE notes (
    name VARCHAR(100) NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (name)
);
