/* The pages around a matter, for residents, reports and lists: what a person sees and what comes of a form. */
#include "web/client.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *location(Site *s, Answer answer)
{
    Str where = answer_header(answer, "Location");
    if (answer.status != 303 || !where.n)
        fail_msg("%d %.*s", answer.status, STR_ARG(answer.body));
    return arena_c(s->office.arena, where);
}

static const char *opened_appeal(Site *s, const char *session)
{
    Str fields = arena_printf(s->office.arena,
                              "place=%s&description=%s&appellant_name=%s&appellant_phone=19900001111&category=noise&"
                              "source=resident",
                              site_enc(s, "鹭湖路"), site_enc(s, "半夜施工"), site_enc(s, "张三"));
    return location(s, site_post(s, session, "/new/appeal/submit", fields.p));
}

static Json model_of(Site *s, const char *session, const char *path)
{
    Answer answer = site_get_json(s, path, session);
    if (answer.status != 200)
        fail_msg("%s: %d %.*s", path, answer.status, STR_ARG(answer.body));
    return answer_json(s, answer);
}

static const Json *find_by(const Json *list, const char *key, const char *value)
{
    for (size_t i = 0; list && i < list->n; i++)
        if (str_eq_c(json_get_str(json_at(list, i), str_c(key)), value))
            return json_at(list, i);
    return NULL;
}

/* ---- a matter ---- */

static void a_matter_shows_what_may_be_done_and_hides_who_it_is_about(void **state)
{
    Site *s = *state;
    const char *session = site_session(s, "dispatcher");
    const char *path = opened_appeal(s, session);
    Json m = model_of(s, session, path);
    const Json *sign = find_by(json_get(&m, STR("acts")), "id", "sign");
    assert_non_null(sign);
    assert_true(str_eq(json_get_str(sign, STR("state")), STR("ready")));
    assert_true(json_get(&m, STR("notice"))->type == JSON_OBJ);
    const Json *party = json_at(json_get(&m, STR("parties")), 0);
    const Json *phone = find_by(json_get(party, STR("values")), "id", "appellant_phone");
    assert_true(str_eq_c(json_get_str(phone, STR("text")), "199****1111"));
    Answer page = site_get(s, path, session);
    assert_int_equal(page.status, 200);
    assert_false(answer_has(page, "张三"));
    assert_false(answer_has(page, "19900001111"));
}

static void a_look_at_a_person_needs_a_purpose_and_is_shown_once(void **state)
{
    Site *s = *state;
    const char *session = site_session(s, "dispatcher");
    const char *path = opened_appeal(s, session);
    Json m = model_of(s, session, path);
    Str url = json_get_str(json_at(json_get(&m, STR("parties")), 0), STR("unmask_url"));
    const char *unmask = arena_c(s->office.arena, url);
    assert_int_equal(site_post(s, session, unmask, "purpose=curiosity").status, 422);
    Answer full = site_post(s, session, unmask, "purpose=contact");
    assert_int_equal(full.status, 200);
    assert_true(answer_has(full, "19900001111"));
    assert_false(answer_has(site_get(s, path, session), "19900001111"));
}

static void an_incomplete_form_comes_back_as_it_was_sent(void **state)
{
    Site *s = *state;
    const char *session = site_session(s, "dispatcher");
    Str fields = arena_printf(s->office.arena, "place=%s", site_enc(s, "<鹭湖路>"));
    Answer answer = site_post(s, session, "/new/appeal/submit", fields.p);
    assert_int_equal(answer.status, 422);
    assert_true(answer_has(answer, "&lt;鹭湖路&gt;"));
    assert_true(answer_has(answer, "href=\"#description\""));
}

static void an_older_version_is_not_acted_on(void **state)
{
    Site *s = *state;
    const char *session = site_session(s, "dispatcher");
    const char *path = opened_appeal(s, session);
    int64_t id = strtoll(path + 3, NULL, 10);
    const char *sign = arena_printf(s->office.arena, "/m/%lld/act/sign", (long long)id).p;
    assert_int_equal(site_post(s, session, sign, "act.version=7&act.mode=do").status, 409);
    assert_int_equal(site_post(s, session, sign, "act.version=1&act.mode=do&key=k1").status, 303);
    assert_int_equal(site_post(s, session, sign, "act.version=1&act.mode=do&key=k1").status, 303); /* sent twice */
}

static void a_refusal_quotes_the_law_and_offers_somebody_who_counts(void **state)
{
    Site *s = *state;
    Office *o = &s->office;
    const char *session = site_session(s, "officer1");
    long long first = (long long)office_person(o, "officer1");
    long long second = (long long)office_person(o, "handler"); /* holds no certificate */
    Str fields = arena_printf(
        o->arena,
        "act.mode=do&officers=%lld&officers=%lld&officers=&power=cg-stall&place=%s&party_name=%s&"
        "party_phone=19900002222&conduct=%s&proposed_fine=50&unit=%lld&showed_id=true&party_kind=citizen&venue=here&"
        "facts_certain=true&stated=none&notice_content=proposal&notice_content=facts&"
        "notice_content=reasons&notice_content=basis&notice_content=statement&"
        "notice_content=defence",
        first, second, site_enc(s, "观湖大道12号"), site_enc(s, "李四"), site_enc(s, "摆摊"),
        (long long)office_unit(o, "enforcement"));
    Answer refused = site_post(s, session, "/new/penalty.onspot/inform", fields.p);
    assert_int_equal(refused.status, 422);
    assert_true(answer_has(refused, "执法人员不得少于两人"));
    assert_true(answer_has(refused, "name=\"swap\""));
    Str swap =
        arena_printf(o->arena, "%s&swap=officers:%lld:%lld", fields.p, second, (long long)office_person(o, "officer2"));
    Answer again = site_post(s, session, "/new/penalty.onspot/inform", swap.p);
    assert_int_equal(again.status, 200);
    assert_true(answer_has(again, "执法员己"));
    Str mended = arena_printf(o->arena, "act.mode=do&officers=%lld&officers=%lld%s", first,
                              (long long)office_person(o, "officer2"), strstr(fields.p, "&power"));
    location(s, site_post(s, session, "/new/penalty.onspot/inform", mended.p));
}

static void a_rule_that_cannot_be_decided_says_what_is_missing(void **state)
{
    Site *s = *state;
    const char *session = site_session(s, "officer1");
    Answer page = site_get(s, "/new/penalty.onspot/inform", session);
    assert_int_equal(page.status, 200);
    assert_true(answer_has(page, "实施人员 is missing")); /* the field by its title, not its id */
}

/* The row that fits, NULL when none does. */
static const Json *fitting_row(const Json *model)
{
    const Json *rows = json_get(json_at(json_get(model, STR("tables")), 0), STR("rows"));
    for (size_t i = 0; rows && i < rows->n; i++)
        if (json_get(json_at(rows, i), STR("fits"))->as.b)
            return json_at(rows, i);
    return NULL;
}

static void a_form_shows_which_row_of_the_table_fits_what_is_filled_in(void **state)
{
    Site *s = *state;
    Office *o = &s->office;
    const char *session = site_session(s, "officer1");
    const char *path = "/new/penalty.onspot/inform";
    Json m = model_of(s, session, path);
    assert_int_equal(json_get(&m, STR("tables"))->n, 0); /* no item yet */
    m = model_of(s, session, "/new/penalty.onspot/inform?power=cg-sorting-person");
    const Json *table = json_at(json_get(&m, STR("tables")), 0);
    assert_int_equal(json_get(table, STR("rows"))->n, 3);
    assert_false(json_get(table, STR("applies"))->as.b);
    assert_null(fitting_row(&m));
    Str fields = arena_printf(
        o->arena, "act.mode=do&act.check=1&power=cg-sorting-person&refuses=true&times_in_year=2&add=officers");
    Answer again = site_post(s, session, path, fields.p);
    assert_int_equal(again.status, 200);
    assert_true(answer_has(again, "<tr data-fit"));
    m = model_of(s, session,
                 "/new/penalty.onspot/inform?power=cg-sorting-person&refuses=true&times_in_year=1&scattered=false");
    assert_non_null(fitting_row(&m));
    assert_true(str_eq_c(json_get_str(fitting_row(&m), STR("id")), "分类1"));
}

static void a_fine_outside_the_row_is_told_with_row_article_and_range(void **state)
{
    Site *s = *state;
    Office *o = &s->office;
    const char *session = site_session(s, "officer1");
    Str inform = arena_printf(
        o->arena,
        "act.mode=do&officers=%lld&officers=%lld&power=cg-sorting-person&place=%s&party_name=%s&conduct=%s&"
        "refuses=true&times_in_year=1&fire_lane=false&scattered=false&proposed_fine=100&unit=%lld&showed_id=true&party_"
        "kind=citizen&"
        "venue=here&facts_certain=true&stated=none&notice_content=proposal&notice_content=facts&notice_content=reasons&"
        "notice_content=basis&notice_content=statement&notice_content=defence",
        (long long)office_person(o, "officer1"), (long long)office_person(o, "officer2"), site_enc(s, "鹭湖路"),
        site_enc(s, "李四"), site_enc(s, "乱丢垃圾"), (long long)office_unit(o, "enforcement"));
    const char *where = location(s, site_post(s, session, "/new/penalty.onspot/inform", inform.p));
    const char *issue = arena_printf(o->arena, "/m/%lld/act/issue", (long long)strtoll(where + 3, NULL, 10)).p;
    Json m = model_of(s, session, issue);
    assert_true(str_eq_c(json_get_str(fitting_row(&m), STR("id")), "分类1"));
    Answer refused = site_post(
        s, session, issue,
        "act.mode=do&act.version=1&sheet=1001&decision_kinds=fine&fine=100&refuses=true&times_in_year=1&"
        "fire_lane=false&scattered=false&prior_fined=false&harm=slight&decision_content=conduct&decision_content=kinds&"
        "decision_content=basis&decision_content=amount&decision_content=time&decision_content=place&"
        "decision_content=review&decision_content=suit&decision_content=organ&officers_signed=2&"
        "delivered=true&signed=true&officers=");
    /* The sheet is nobody's here, so that it is refused anyway; what matters is what the rules beside it say. */
    assert_int_equal(refused.status, 422);
    assert_true(answer_has(refused, "50元至50元；本案100元"));
}

static void everybody_reads_the_tables_by_which_fines_are_set(void **state)
{
    Site *s = *state;
    site_at(s, "2023-09-15 10:00");
    assert_true(answer_has(site_get(s, "/open", NULL), "href=\"/open/tables/fines_cityscape\""));
    Answer page = site_get(s, "/open/tables/fines_cityscape", NULL);
    assert_int_equal(page.status, 200);
    assert_true(answer_has(page, "行政处罚裁量基准应当向社会公布"));
    Json m = answer_json(s, site_get_json(s, "/open/tables/fines_cityscape", NULL));
    const Json *groups = json_get(&m, STR("groups"));
    const Json *duty = json_at(json_get(find_by(groups, "id", "cg-duty"), STR("rows")), 0);
    const Json *stall = json_at(json_get(find_by(groups, "id", "cg-stall"), STR("rows")), 0);
    const Json *dust = json_at(json_get(find_by(groups, "id", "cg-dust"), STR("rows")), 0);
    assert_true(str_eq_c(json_get_str(duty, STR("state")), "no longer in force"));
    assert_true(str_eq_c(json_get_str(stall, STR("state")), "not yet in force"));
    assert_true(str_eq_c(json_get_str(dust, STR("state")), "in force"));
    assert_int_equal(site_get(s, "/open/tables/none", NULL).status, 404);
    assert_true(
        answer_has(site_get(s, "/catalogues", site_session(s, "supervisor")), "href=\"/open/tables/fines_fire\""));
}

static void an_entry_is_shown_with_its_digest_and_its_bytes(void **state)
{
    Site *s = *state;
    const char *session = site_session(s, "dispatcher");
    const char *path = opened_appeal(s, session);
    const char *seq = strstr(path, "done=") + 5;
    Json m = model_of(s, session, arena_printf(s->office.arena, "/e/%s", seq).p);
    const Json *entry = json_get(&m, STR("entry"));
    assert_int_equal(json_get_str(entry, STR("leaf_hash")).n, 64);
    assert_true(json_get_bool(json_at(json_get(entry, STR("checks")), 0), STR("ok")));
    Answer leaf = site_get(s, arena_printf(s->office.arena, "/e/%s/leaf", seq).p, session);
    assert_int_equal(leaf.status, 200);
    assert_true(answer_has(leaf, "\"act\":\"submit\""));
    assert_false(answer_has(leaf, "19900001111"));
}

/* ---- residents ---- */

static void a_resident_reports_and_follows_without_an_account(void **state)
{
    Site *s = *state;
    Office *o = &s->office;
    Answer form = site_get(s, "/submit", NULL);
    assert_int_equal(form.status, 200);
    assert_false(answer_has(form, "name=\"channel\"")); /* the office's own words for it */
    Str cookie = answer_header(form, "Set-Cookie");
    Str token = str_cut(cookie, ';', &(Str){ 0 });
    size_t at = str_find(form.body, STR("name=\"csrf\" value=\""));
    assert_true(at != SIZE_MAX);
    Str csrf = str_slice(form.body, at + 19, at + 19 + AUTH_TOKEN_TEXT);
    Str headers =
        arena_printf(o->arena, "Cookie: %.*s\r\nContent-Type: application/x-www-form-urlencoded\r\n", STR_ARG(token));
    Str body = arena_printf(o->arena, "csrf=%.*s&key=r1&place=%s&description=%s&appellant_phone=19900001111",
                            STR_ARG(csrf), site_enc(s, "大和路"), site_enc(s, "占道经营"));
    const char *receipt = location(s, site_ask(s, "POST", "/submit", headers.p, body.p));
    assert_true(strncmp(receipt, "/receipt/", 9) == 0);
    assert_int_equal(site_get(s, receipt, NULL).status, 200);
    Answer follow = site_get(s, arena_printf(o->arena, "/follow/%s", receipt + 9).p, NULL);
    assert_int_equal(follow.status, 200);
    assert_true(answer_has(follow, "大和路"));
    assert_false(answer_has(follow, "占道经营")); /* a personal value, like all that residents tell */
    assert_int_equal(site_get(s, "/follow/XXXXXXXXXX", NULL).status, 404);
}

/* ---- figures and lists ---- */

static void a_number_opens_the_matters_behind_it(void **state)
{
    Site *s = *state;
    const char *session = site_session(s, "dispatcher");
    opened_appeal(s, session);
    Json m = model_of(s, session, "/figures/appeals-received");
    const Json *figure = json_get(&m, STR("figure"));
    assert_int_equal(json_get_int(figure, STR("value"), -1), 1);
    const Json *rows = json_get(json_get(figure, STR("records")), STR("rows"));
    assert_int_equal(rows->n, 1);
    Str url = json_get_str(json_at(rows, 0), STR("url"));
    assert_int_equal(site_get(s, arena_c(s->office.arena, url), session).status, 200);
    Answer csv = site_get(s, "/figures/appeals-received/records.csv", session);
    assert_true(answer_has(csv, "民诉〔2023〕1号"));
    Json report = model_of(s, session, "/reports/2023?open=appeals-received");
    assert_non_null(find_by(json_get(json_get(&report, STR("report")), STR("blocks")), "kind", "title"));
    assert_true(answer_has(site_get(s, "/reports/2023?open=appeals-received", session), "id=\"fig-appeals-received\""));
}

static void only_those_who_may_freeze_a_report(void **state)
{
    Site *s = *state;
    assert_int_equal(site_post(s, site_session(s, "handler"), "/reports/2023/freeze", "").status, 403);
    const char *head = site_session(s, "head");
    assert_int_equal(site_post(s, head, "/reports/2023/freeze", "").status, 303);
    assert_int_equal(site_post(s, head, "/reports/2023/freeze", "").status, 409);
}

static void a_list_is_looked_at_taken_in_and_taken_back(void **state)
{
    Site *s = *state;
    const char *session = site_session(s, "dispatcher");
    Str fields = arena_printf(s->office.arena, "kind=myss&paste=%s",
                              site_enc(s, "事件编号,上报时间\nX1,2023-02-28 09:00\nX2,\n"));
    const char *path = location(s, site_post(s, session, "/import", fields.p));
    Json m = model_of(s, session, path);
    assert_int_equal(json_get_int(json_get(&m, STR("preview")), STR("taken"), -1), 1);
    Str errors = arena_printf(s->office.arena, "%s/errors.csv", path);
    assert_true(answer_has(site_get(s, errors.p, session), "X2"));
    location(s, site_post(s, session, path, "take=1"));
    assert_int_equal(site_post(s, session, path, "take=1").status, 409);
    location(s, site_post(s, session, arena_printf(s->office.arena, "%s/undo", path).p, ""));
    m = model_of(s, session, "/import");
    assert_int_equal(json_get(&m, STR("batches"))->n, 1);
}

static void a_compared_list_leaves_differences_that_stop_a_freeze(void **state)
{
    Site *s = *state;
    const char *session = site_session(s, "head");
    Str fields =
        arena_printf(s->office.arena, "kind=myss&paste=%s", site_enc(s, "事件编号,上报时间\nX1,2023-02-28 09:00\n"));
    const char *path = location(s, site_post(s, session, "/reconcile", fields.p));
    Json m = model_of(s, session, path);
    const Json *rows = json_get(json_get(&m, STR("result")), STR("rows"));
    assert_int_equal(rows->n, 1);
    assert_true(str_eq_c(json_get_str(json_at(rows, 0), STR("group")), "theirs"));
    assert_int_equal(json_get_int(json_get(&m, STR("open")), STR("count"), -1), 0);
    location(s, site_post(s, session, path, ""));
    m = model_of(s, session, path);
    const Json *row = json_at(json_get(json_get(&m, STR("result")), STR("rows")), 0);
    Str difference = json_get_str(json_get(row, STR("difference")), STR("url"));
    assert_int_equal(site_get(s, arena_c(s->office.arena, difference), session).status, 200);
    const char *stopped = location(s, site_post(s, session, "/reports/2023/freeze", ""));
    assert_string_equal(stopped, "/reconcile?view=unexplained&stops=2023");
    m = model_of(s, session, stopped);
    assert_true(json_get_str(json_get(&m, STR("notice")), STR("text")).n > 0);
    m = model_of(s, session, "/ask/appeals-year");
    assert_true(json_get_bool(json_get(&m, STR("question")), STR("disputed")));
}

/* ---- dashboard, map, guides, codes, what is open to everybody ---- */

static void report_from_code(Site *s, const char *code)
{
    Arena *a = s->office.arena;
    Answer page = site_get(s, arena_printf(a, "/submit?code=%s", code).p, NULL);
    assert_int_equal(page.status, 200);
    assert_true(answer_has(page, arena_printf(a, "name=\"code\" value=\"%s\"", code).p));
    Str cookie = str_cut(answer_header(page, "Set-Cookie"), ';', &(Str){ 0 });
    size_t at = str_find(page.body, STR("name=\"csrf\" value=\""));
    assert_true(at != SIZE_MAX);
    Str csrf = str_slice(page.body, at + 19, at + 19 + AUTH_TOKEN_TEXT);
    Str headers =
        arena_printf(a, "Cookie: %.*s\r\nContent-Type: application/x-www-form-urlencoded\r\n", STR_ARG(cookie));
    Str fields = arena_printf(a, "csrf=%.*s&key=q1&code=%s&place=%s&description=%s", STR_ARG(csrf), code,
                              site_enc(s, "市场门口"), site_enc(s, "垃圾没有清"));
    location(s, site_ask(s, "POST", "/submit", headers.p, fields.p));
}

static int64_t figure_of(Site *s, const char *session, const char *path)
{
    Json m = model_of(s, session, path);
    return json_get_int(json_get(&m, STR("figure")), STR("value"), -1);
}

static void a_code_at_a_place_leads_to_a_form_that_knows_the_place(void **state)
{
    Site *s = *state;
    assert_string_equal(location(s, site_get(s, "/q/g001", NULL)), "/submit?code=g001");
    report_from_code(s, "g001");
    const char *session = site_session(s, "dispatcher");
    assert_int_equal(figure_of(s, session, "/figures/appeals-by-channel?dim=qr"), 1);
    assert_int_equal(figure_of(s, session, "/figures/appeals-by-community?dim=zhangkengjing"), 1);
    assert_int_equal(figure_of(s, session, "/figures/appeals-by-community?dim=xintian"), 0);
    Json list = model_of(s, session, "/list/appeal?in=community:zhangkengjing");
    assert_int_equal(json_get_int(json_get(&list, STR("list")), STR("count"), -1), 1);
    list = model_of(s, session, "/list/appeal?in=community:xintian");
    assert_int_equal(json_get_int(json_get(&list, STR("list")), STR("count"), -1), 0);
    assert_int_equal(site_get(s, "/list/appeal?in=place:x", session).status, 400);
    assert_true(answer_has(site_get(s, "/qr", session), "/q/g001"));
}

static void a_code_that_has_run_out_gives_a_page_that_says_so(void **state)
{
    Site *s = *state;
    Answer unknown = site_get(s, "/q/none", NULL);
    assert_int_equal(unknown.status, 404);
    assert_true(answer_has(unknown, "href=\"/submit\""));
    assert_int_equal(site_get(s, "/q/p008", NULL).status, 303); /* holds from March to October */
    site_at(s, "2023-11-01T10:00");
    assert_int_equal(site_get(s, "/q/p008", NULL).status, 404);
    assert_false(answer_has(site_get(s, "/submit?code=p008", NULL), "value=\"p008\""));
}

static void plots_and_the_map_say_what_their_figures_say(void **state)
{
    Site *s = *state;
    const char *session = site_session(s, "supervisor");
    report_from_code(s, "g001");
    Json m = model_of(s, session, "/dashboard");
    const Json *plot = find_by(json_get(&m, STR("plots")), "id", "communities");
    assert_non_null(plot);
    const Json *row = json_at(json_get(plot, STR("rows")), 0);
    assert_true(str_eq_c(json_as_str(json_at(json_get(row, STR("cells")), 0)), "1"));
    assert_int_equal(figure_of(s, session, arena_c(s->office.arena, json_get_str(row, STR("url")))), 1);
    Answer page = site_get(s, "/dashboard", session);
    assert_true(answer_has(page, "data-plot=\"time\""));
    assert_true(answer_has(page, "<table"));
    Json map = model_of(s, session, "/map?by=open");
    const Json *area = find_by(json_get(json_get(&map, STR("map")), STR("areas")), "id", "zhangkengjing");
    assert_int_equal(json_get_int(area, STR("value"), -1), 1);
    assert_int_equal(site_get(s, arena_c(s->office.arena, json_get_str(area, STR("url"))), session).status, 200);
}

static void a_guide_says_what_the_engine_works_by(void **state)
{
    Site *s = *state;
    const char *session = site_session(s, "supervisor");
    Json m = model_of(s, session, "/procedures/penalty.ordinary");
    const Json *decide = find_by(json_get(&m, STR("acts")), "id", "decide");
    assert_non_null(decide);
    assert_true(json_get(decide, STR("rules"))->n > 10);
    assert_true(json_get(&m, STR("articles"))->n > 10);
    assert_true(json_get(json_get(&m, STR("picture")), STR("stages"))->n == json_get(&m, STR("stages"))->n);
    const char *path = opened_appeal(s, site_session(s, "dispatcher"));
    Json matter = model_of(s, site_session(s, "dispatcher"), path);
    const Json *stages = json_get(json_get(&matter, STR("picture")), STR("stages"));
    const Json *first = find_by(stages, "id", "to-sign");
    assert_true(str_eq_c(json_get_str(first, STR("state")), "now"));
}

static void everybody_reads_a_report_once_it_is_frozen(void **state)
{
    Site *s = *state;
    assert_int_equal(site_get(s, "/open/reports/2023", NULL).status, 404);
    assert_int_equal(site_post(s, site_session(s, "head"), "/reports/2023/freeze", "").status, 303);
    Answer report = site_get(s, "/open/reports/2023", NULL);
    assert_int_equal(report.status, 200);
    assert_true(answer_has(report, "id=\"f-appeals-received\""));
    Answer csv = site_get(s, "/open/reports/2023/figures.csv", NULL);
    assert_int_equal(csv.status, 200);
    assert_true(answer_has(csv, "appeals-received,"));
    assert_true(answer_has(site_get(s, "/open", NULL), "href=\"/open/reports/2023\""));
    assert_int_equal(site_get(s, "/open/penalties", NULL).status, 200);
}

static void every_page_answers(void **state)
{
    static const char *const paths[] = { "/new",
                                         "/new/penalty.ordinary",
                                         "/findings",
                                         "/findings?view=closed",
                                         "/laws",
                                         "/laws/xzcf",
                                         "/reports",
                                         "/reports/2023",
                                         "/figures/appeals-closed-rate",
                                         "/import",
                                         "/reconcile",
                                         "/ask",
                                         "/ask/gas-year",
                                         "/verify",
                                         "/follow",
                                         "/reports/2023.md",
                                         "/reports/2023.json",
                                         "/dashboard",
                                         "/dashboard?period=month",
                                         "/map",
                                         "/board",
                                         "/procedures",
                                         "/procedures/appeal",
                                         "/qr",
                                         "/qr?community=xintian",
                                         "/open",
                                         "/open/disclosures",
                                         "/open/tables/fines_fire",
                                         "/open/disclosures?after=x" };
    Site *s = *state;
    const char *session = site_session(s, "supervisor");
    for (size_t i = 0; i < ARRAY_LEN(paths); i++) {
        Answer answer = site_get(s, paths[i], session);
        if (answer.status != 200)
            fail_msg("%s: %d", paths[i], answer.status);
    }
    static const char *const unknown[] = { "/m/0",
                                           "/m/99999999",
                                           "/m/x",
                                           "/e/99999",
                                           "/laws/none",
                                           "/reports/1999",
                                           "/figures/none",
                                           "/new/none",
                                           "/import/77",
                                           "/ask/none",
                                           "/reconcile/77",
                                           "/procedures/none",
                                           "/open/none",
                                           "/q/none",
                                           "/open/reports/2023",
                                           "/open/reports/2023/figures.csv" };
    for (size_t i = 0; i < ARRAY_LEN(unknown); i++) {
        Answer answer = site_get(s, unknown[i], session);
        if (answer.status != 404)
            fail_msg("%s: %d", unknown[i], answer.status);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, site_set_up, site_tear_down)
        TEST(a_matter_shows_what_may_be_done_and_hides_who_it_is_about),
        TEST(a_look_at_a_person_needs_a_purpose_and_is_shown_once),
        TEST(an_incomplete_form_comes_back_as_it_was_sent),
        TEST(an_older_version_is_not_acted_on),
        TEST(a_rule_that_cannot_be_decided_says_what_is_missing),
        TEST(a_refusal_quotes_the_law_and_offers_somebody_who_counts),
        TEST(a_form_shows_which_row_of_the_table_fits_what_is_filled_in),
        TEST(a_fine_outside_the_row_is_told_with_row_article_and_range),
        TEST(everybody_reads_the_tables_by_which_fines_are_set),
        TEST(an_entry_is_shown_with_its_digest_and_its_bytes),
        TEST(a_resident_reports_and_follows_without_an_account),
        TEST(a_number_opens_the_matters_behind_it),
        TEST(only_those_who_may_freeze_a_report),
        TEST(a_list_is_looked_at_taken_in_and_taken_back),
        TEST(a_compared_list_leaves_differences_that_stop_a_freeze),
        TEST(a_code_at_a_place_leads_to_a_form_that_knows_the_place),
        TEST(a_code_that_has_run_out_gives_a_page_that_says_so),
        TEST(plots_and_the_map_say_what_their_figures_say),
        TEST(a_guide_says_what_the_engine_works_by),
        TEST(everybody_reads_a_report_once_it_is_frozen),
        TEST(every_page_answers),
    };
    return cmocka_run_group_tests_name("pages", tests, NULL, NULL);
}
