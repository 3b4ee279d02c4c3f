// SPDX-License-Identifier: Apache-2.0
#include "ledger_frames.hpp"

#include <optional>
#include <string>

#include "r_value.hpp"

namespace farthing::r {
namespace {

// Builds the columns one by one, each from one expression over a model.
template <class T>
class Columns {
 public:
  explicit Columns(const std::vector<T>& models)
      : models_(models), size_(static_cast<R_xlen_t>(models.size())) {}

  template <class Get>
  Columns& text(const char* name, Get get) {
    cpp11::sexp column(cpp11::safe[Rf_allocVector](STRSXP, size_));
    for (R_xlen_t i = 0; i < size_; ++i) {
      const std::optional<std::string>& text = get(model(i));
      SET_STRING_ELT(column, i, text ? static_cast<SEXP>(r_text(*text)) : NA_STRING);
    }
    return add(name, column);
  }

  template <class Get>
  Columns& flag(const char* name, Get get) {
    cpp11::sexp column(cpp11::safe[Rf_allocVector](LGLSXP, size_));
    for (R_xlen_t i = 0; i < size_; ++i) LOGICAL(column)[i] = get(model(i)) ? 1 : 0;
    return add(name, column);
  }

  template <class Get>
  Columns& number(const char* name, Get get) {
    cpp11::sexp column(cpp11::safe[Rf_allocVector](REALSXP, size_));
    for (R_xlen_t i = 0; i < size_; ++i) REAL(column)[i] = static_cast<double>(get(model(i)));
    return add(name, column);
  }

  // `get` answers an optional; what is not there is NA.
  template <class Get>
  Columns& optional_number(const char* name, Get get) {
    return number(name, [&](const T& model) {
      const auto value = get(model);
      return value ? static_cast<double>(*value) : NA_REAL;
    });
  }

  template <class Get>
  Columns& optional_amount(const std::string& name, Get get) {
    optional_number(name.c_str(), [&](const T& model) -> std::optional<double> {
      const std::optional<Credits> amount = get(model);
      if (!amount) return {};
      return to_double(*amount);
    });
    return text((name + "_text").c_str(), [&](const T& model) -> std::optional<std::string> {
      const std::optional<Credits> amount = get(model);
      if (!amount) return {};
      return amount->to_string();
    });
  }

  template <class Get>
  Columns& amount(const std::string& name, Get get) {
    number(name.c_str(), [&](const T& model) { return to_double(get(model)); });
    return text((name + "_text").c_str(),
                [&](const T& model) { return std::optional<std::string>(get(model).to_string()); });
  }

  // `get` answers a value of R.
  template <class Get>
  Columns& list(const char* name, Get get) {
    cpp11::sexp column(cpp11::safe[Rf_allocVector](VECSXP, size_));
    for (R_xlen_t i = 0; i < size_; ++i) SET_VECTOR_ELT(column, i, get(model(i)));
    return add(name, column);
  }

  cpp11::sexp finish() {
    const auto count = static_cast<R_xlen_t>(columns_.size());
    cpp11::sexp list(cpp11::safe[Rf_allocVector](VECSXP, count));
    cpp11::sexp names(cpp11::safe[Rf_allocVector](STRSXP, count));
    for (R_xlen_t i = 0; i < count; ++i) {
      const auto& [name, column] = columns_[static_cast<std::size_t>(i)];
      SET_VECTOR_ELT(list, i, column);
      SET_STRING_ELT(names, i, r_text(name));
    }
    cpp11::safe[Rf_setAttrib](static_cast<SEXP>(list), R_NamesSymbol, static_cast<SEXP>(names));
    return list;
  }

 private:
  const T& model(R_xlen_t i) const { return models_[static_cast<std::size_t>(i)]; }

  Columns& add(const char* name, const cpp11::sexp& column) {
    columns_.emplace_back(name, column);
    return *this;
  }

  const std::vector<T>& models_;
  const R_xlen_t size_;
  std::vector<std::pair<std::string, cpp11::sexp>> columns_;
};

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) {
    if (!text.empty()) text += ' ';
    text += word;
  }
  return text;
}

std::optional<std::string> secret_text(const sdk::ApiKey& key) {
  if (!key.secret) return {};
  return key.secret->reveal();
}

std::optional<std::string> key_id(const sdk::LedgerEntry& entry) {
  if (!entry.key) return {};
  return entry.key->id;
}

std::optional<std::string> caller_key_id(const sdk::LedgerEntry& entry) {
  if (!entry.key) return {};
  return entry.key->caller;
}

cpp11::sexp r_shares(const std::vector<sdk::GrantShare>& shares) {
  return Columns(shares)
      .text("grant", [](const auto& share) { return std::optional(share.grant); })
      .amount("amount", [](const auto& share) { return share.amount; })
      .finish();
}

cpp11::sexp r_grant_balances(const std::vector<sdk::GrantBalance>& grants) {
  return Columns(grants)
      .text("grant", [](const auto& grant) { return std::optional(grant.grant); })
      .amount("remaining", [](const auto& grant) { return grant.remaining; })
      .amount("held", [](const auto& grant) { return grant.held; })
      .text("expires_at", [](const auto& grant) { return grant.expires_at; })
      .number("priority", [](const auto& grant) { return grant.priority; })
      .text("category", [](const auto& grant) { return std::optional(grant.category); })
      .finish();
}

// What a movement leaves: `available` and `held`.
template <class T>
Columns<T>& add_balance(Columns<T>& columns) {
  return columns.amount("available", [](const auto& model) { return model.balance.available; })
      .amount("held", [](const auto& model) { return model.balance.held; });
}

template <class T>
Columns<T>& add_charge(Columns<T>& columns) {
  columns.text("id", [](const auto& charge) { return std::optional(charge.id); })
      .text("organization", [](const auto& charge) { return std::optional(charge.organization); })
      .text("api_key", [](const auto& charge) { return charge.api_key; })
      .text("hold", [](const auto& charge) { return charge.hold; })
      .amount("amount", [](const auto& charge) { return charge.amount; })
      .amount("refunded", [](const auto& charge) { return charge.refunded; })
      .text("operation", [](const auto& charge) { return charge.operation; })
      .text("engine", [](const auto& charge) { return charge.engine; })
      .text("metadata", [](const auto& charge) { return charge.metadata; });
  return add_balance(columns)
      .text("created_at", [](const auto& charge) { return std::optional(charge.created_at); })
      .list("grants", [](const auto& charge) { return r_shares(charge.grants); });
}

cpp11::sexp r_refunds(const std::vector<sdk::RefundStep>& refunds) {
  return Columns(refunds)
      .text("id", [](const auto& refund) { return std::optional(refund.id); })
      .amount("amount", [](const auto& refund) { return refund.amount; })
      .amount("ended", [](const auto& refund) { return refund.ended; })
      .text("created_at", [](const auto& refund) { return std::optional(refund.created_at); })
      .finish();
}

cpp11::sexp r_captures(const std::vector<sdk::HoldCapture>& captures) {
  return Columns(captures)
      .text("charge", [](const auto& capture) { return std::optional(capture.charge); })
      .amount("amount", [](const auto& capture) { return capture.amount; })
      .text("at", [](const auto& capture) { return std::optional(capture.at); })
      .finish();
}

template <class T>
Columns<T>& add_hold(Columns<T>& columns) {
  return columns.text("id", [](const auto& hold) { return std::optional(hold.id); })
      .text("organization", [](const auto& hold) { return std::optional(hold.organization); })
      .text("api_key", [](const auto& hold) { return hold.api_key; })
      .amount("amount", [](const auto& hold) { return hold.amount; })
      .amount("captured", [](const auto& hold) { return hold.captured; })
      .amount("released", [](const auto& hold) { return hold.released; })
      .text("state", [](const auto& hold) { return std::optional(hold.state); })
      .text("over_capture", [](const auto& hold) { return std::optional(hold.over_capture); })
      .text("expires_at", [](const auto& hold) { return std::optional(hold.expires_at); });
}

}  // namespace

cpp11::sexp r_columns(const std::vector<sdk::User>& users) {
  return Columns(users)
      .text("id", [](const auto& user) { return std::optional(user.id); })
      .text("email", [](const auto& user) { return std::optional(user.email); })
      .text("name", [](const auto& user) { return user.name; })
      .text("profile_picture", [](const auto& user) { return user.profile_picture; })
      .text("default_organization", [](const auto& user) { return user.default_organization; })
      .text("created_at", [](const auto& user) { return std::optional(user.created_at); })
      .finish();
}

cpp11::sexp r_columns(const std::vector<sdk::Organization>& organizations) {
  return Columns(organizations)
      .text("id", [](const auto& one) { return std::optional(one.id); })
      .text("name", [](const auto& one) { return std::optional(one.name); })
      .optional_amount("overdraft_limit", [](const auto& one) { return one.overdraft_limit; })
      .text("created_at", [](const auto& one) { return std::optional(one.created_at); })
      .finish();
}

cpp11::sexp r_columns(const std::vector<sdk::OrganizationBalance>& balances) {
  return Columns(balances)
      .amount("available", [](const auto& balance) { return balance.available; })
      .amount("held", [](const auto& balance) { return balance.held; })
      .amount("expiring", [](const auto& balance) { return balance.expiring; })
      .amount("burn_per_day", [](const auto& balance) { return balance.burn_per_day; })
      .optional_number("runway_s", [](const auto& balance) { return balance.runway_s; })
      .text("as_of", [](const auto& balance) { return std::optional(balance.as_of); })
      .list("grants", [](const auto& balance) { return r_grant_balances(balance.grants); })
      .finish();
}

cpp11::sexp r_columns(const std::vector<sdk::Membership>& memberships) {
  return Columns(memberships)
      .text("organization", [](const auto& one) { return std::optional(one.organization); })
      .text("user", [](const auto& one) { return std::optional(one.user); })
      .text("role", [](const auto& one) { return std::optional(one.role); })
      .flag("is_default", [](const auto& one) { return one.is_default; })
      .finish();
}

cpp11::sexp r_columns(const std::vector<sdk::Member>& members) {
  return Columns(members)
      .text("user", [](const auto& member) { return std::optional(member.user); })
      .text("email", [](const auto& member) { return std::optional(member.email); })
      .text("role", [](const auto& member) { return std::optional(member.role); })
      .flag("is_default", [](const auto& member) { return member.is_default; })
      .finish();
}

cpp11::sexp r_columns(const std::vector<sdk::LeakedKey>& keys) {
  return Columns(keys).flag("revoked", [](const auto& key) { return key.is_revoked; }).finish();
}

cpp11::sexp r_columns(const std::vector<sdk::ApiKey>& keys) {
  const auto of_rate = [](auto member) {
    return [member](const sdk::ApiKey& key) -> std::optional<std::int64_t> {
      if (!key.rate_limit) return {};
      return (*key.rate_limit).*member;
    };
  };
  const auto of_previous = [](auto member) {
    return [member](const sdk::ApiKey& key) -> std::optional<std::string> {
      if (!key.previous_secret) return {};
      return (*key.previous_secret).*member;
    };
  };
  Columns columns(keys);
  columns.text("id", [](const auto& key) { return std::optional(key.id); })
      .text("user", [](const auto& key) { return std::optional(key.user); })
      .text("name", [](const auto& key) { return key.name; })
      .text("hint", [](const auto& key) { return std::optional(key.hint); })
      .text("scopes", [](const auto& key) { return std::optional(joined(key.scopes)); })
      .text("allowed_networks",
            [](const auto& key) -> std::optional<std::string> {
              if (key.allowed_networks.empty()) return {};
              return joined(key.allowed_networks);
            })
      .optional_number("requests", of_rate(&sdk::RateLimit::requests))
      .optional_number("per_s", of_rate(&sdk::RateLimit::per_s))
      .text("created_at", [](const auto& key) { return std::optional(key.created_at); })
      .text("expires_at", [](const auto& key) { return key.expires_at; })
      .text("revoked_at", [](const auto& key) { return key.revoked_at; })
      .text("previous_hint", of_previous(&sdk::PreviousSecret::hint))
      .text("previous_works_until", of_previous(&sdk::PreviousSecret::works_until))
      .text("last_used_at", [](const auto& key) { return key.last_used_at; });
  // Only the answer that makes a key has its secret, and it is about that key alone.
  if (keys.size() == 1 && keys.front().secret) columns.text("secret", secret_text);
  return columns.finish();
}

cpp11::sexp r_columns(const std::vector<sdk::KeyVerdict>& verdicts) {
  // A text of whoever the key speaks for, or of why it is not good.
  const auto of_key = [](auto member) {
    return [member](const sdk::KeyVerdict& verdict) -> std::optional<std::string> {
      if (!verdict.verified) return {};
      return (*verdict.verified).*member;
    };
  };
  const auto of_error = [](auto member) {
    return [member](const sdk::KeyVerdict& verdict) -> std::optional<std::string> {
      if (!verdict.refusal) return {};
      return verdict.refusal->error.*member;
    };
  };
  const auto of_balance = [](auto member) {
    return [member](const sdk::KeyVerdict& verdict) -> std::optional<Credits> {
      if (!verdict.verified) return {};
      return verdict.verified->balance.*member;
    };
  };
  using Key = sdk::VerifiedKey;
  return Columns(verdicts)
      .flag("valid", [](const auto& verdict) { return verdict.is_valid(); })
      .optional_number("status",
                       [](const auto& verdict) -> std::optional<std::int64_t> {
                         if (!verdict.refusal) return {};
                         return verdict.refusal->status;
                       })
      .text("error", of_error(&sdk::Error::name))
      .text("message", of_error(&sdk::Error::message))
      .text("api_key", of_key(&Key::id))
      .text("name", of_key(&Key::name))
      .text("scopes",
            [](const auto& verdict) -> std::optional<std::string> {
              if (!verdict.verified) return {};
              return joined(verdict.verified->scopes);
            })
      .text("expires_at", of_key(&Key::expires_at))
      .text("user", of_key(&Key::user))
      .text("email", of_key(&Key::email))
      .text("organization", of_key(&Key::organization))
      .text("organization_name", of_key(&Key::organization_name))
      .text("role", of_key(&Key::role))
      .optional_amount("available", of_balance(&sdk::LedgerBalance::available))
      .optional_amount("held", of_balance(&sdk::LedgerBalance::held))
      .finish();
}

cpp11::sexp r_columns(const std::vector<sdk::Grant>& grants) {
  return Columns(grants)
      .text("id", [](const auto& grant) { return std::optional(grant.id); })
      .text("organization", [](const auto& grant) { return std::optional(grant.organization); })
      .amount("amount", [](const auto& grant) { return grant.amount; })
      .amount("remaining", [](const auto& grant) { return grant.remaining; })
      .text("category", [](const auto& grant) { return std::optional(grant.category); })
      .number("priority", [](const auto& grant) { return grant.priority; })
      .text("effective_at", [](const auto& grant) { return std::optional(grant.effective_at); })
      .text("expires_at", [](const auto& grant) { return grant.expires_at; })
      .text("metadata", [](const auto& grant) { return grant.metadata; })
      .text("created_at", [](const auto& grant) { return std::optional(grant.created_at); })
      .finish();
}

cpp11::sexp r_columns(const std::vector<sdk::VoidedGrant>& grants) {
  Columns columns(grants);
  columns.text("id", [](const auto& grant) { return std::optional(grant.id); })
      .text("organization", [](const auto& grant) { return std::optional(grant.organization); })
      .amount("voided", [](const auto& grant) { return grant.voided; });
  return add_balance(columns)
      .text("voided_at", [](const auto& grant) { return std::optional(grant.voided_at); })
      .finish();
}

cpp11::sexp r_columns(const std::vector<sdk::Charge>& charges) {
  Columns columns(charges);
  return add_charge(columns).finish();
}

cpp11::sexp r_columns(const std::vector<sdk::ChargeStory>& charges) {
  Columns columns(charges);
  return add_charge(columns)
      .list("refunds", [](const auto& charge) { return r_refunds(charge.refunds); })
      .finish();
}

cpp11::sexp r_columns(const std::vector<sdk::Refund>& refunds) {
  Columns columns(refunds);
  columns.text("id", [](const auto& refund) { return std::optional(refund.id); })
      .text("organization", [](const auto& refund) { return std::optional(refund.organization); })
      .text("charge", [](const auto& refund) { return std::optional(refund.charge); })
      .amount("amount", [](const auto& refund) { return refund.amount; })
      .amount("ended", [](const auto& refund) { return refund.ended; });
  return add_balance(columns)
      .text("created_at", [](const auto& refund) { return std::optional(refund.created_at); })
      .list("grants", [](const auto& refund) { return r_shares(refund.grants); })
      .finish();
}

cpp11::sexp r_columns(const std::vector<sdk::HoldStory>& holds) {
  Columns columns(holds);
  return add_balance(add_hold(columns))
      .text("operation", [](const auto& hold) { return hold.operation; })
      .text("engine", [](const auto& hold) { return hold.engine; })
      .text("metadata", [](const auto& hold) { return hold.metadata; })
      .text("created_at", [](const auto& hold) { return std::optional(hold.created_at); })
      .list("grants", [](const auto& hold) { return r_shares(hold.grants); })
      .list("captures", [](const auto& hold) { return r_captures(hold.captures); })
      .finish();
}

cpp11::sexp r_columns(const std::vector<sdk::ChangedHold>& holds) {
  Columns columns(holds);
  return add_balance(add_hold(columns)).finish();
}

cpp11::sexp r_columns(const std::vector<sdk::CapturedHold>& holds) {
  Columns columns(holds);
  return add_balance(add_hold(columns))
      .text("charge", [](const auto& hold) { return std::optional(hold.charge.id); })
      .amount("charged", [](const auto& hold) { return hold.charge.amount; })
      .list("grants", [](const auto& hold) { return r_shares(hold.charge.grants); })
      .finish();
}

cpp11::sexp r_columns(const std::vector<sdk::LedgerEntry>& entries) {
  return Columns(entries)
      .number("seq", [](const auto& entry) { return entry.seq; })
      .text("kind", [](const auto& entry) { return std::optional(entry.kind); })
      .amount("amount", [](const auto& entry) { return entry.amount; })
      .amount("available", [](const auto& entry) { return entry.available; })
      .amount("held", [](const auto& entry) { return entry.held; })
      .text("at", [](const auto& entry) { return std::optional(entry.at); })
      .text("ref", [](const auto& entry) { return std::optional(entry.ref); })
      .text("key", key_id)
      .text("caller_key", caller_key_id)
      .text("operation", [](const auto& entry) { return entry.operation; })
      .text("engine", [](const auto& entry) { return entry.engine; })
      .text("metadata", [](const auto& entry) { return entry.metadata; })
      .list("grants", [](const auto& entry) { return r_shares(entry.grants); })
      .text("hash", [](const auto& entry) { return std::optional(entry.hash); })
      .finish();
}

}  // namespace farthing::r
